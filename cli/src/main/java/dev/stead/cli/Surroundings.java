package dev.stead.cli;

import dev.stead.cli.local.Home;
import dev.stead.cli.ssh.Connection;
import dev.stead.cli.ssh.Destination;
import dev.stead.sdk.Client;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/// What a command knows of where it was given.
///
/// @param env the environment variables
/// @param directory the current directory
/// @param distribution the directory of this distribution; empty when run from classes
/// @param server whose agent commands talk to; empty for this machine's
record Surroundings(
    Map<String, String> env,
    Path directory,
    Terminal terminal,
    InstantSource clock,
    Optional<Path> distribution,
    Optional<Destination> server) {

  Surroundings {
    env = Map.copyOf(env);
  }

  /// On this machine, as long as no server is chosen.
  Surroundings(
      Map<String, String> env,
      Path directory,
      Terminal terminal,
      InstantSource clock,
      Optional<Path> distribution) {
    this(env, directory, terminal, clock, distribution, Optional.empty());
  }

  /// The same, with commands going to a server.
  Surroundings at(Destination chosen) {
    return new Surroundings(env, directory, terminal, clock, distribution, Optional.of(chosen));
  }

  Home home() {
    return Home.of(env);
  }

  /// A client of the chosen server's agent, or of this home's; nothing is sent yet.
  Client client() throws IOException {
    return server.isPresent()
        ? new Client(connection(server.orElseThrow()), actor())
        : new Client(home().agentSocket(), actor());
  }

  /// The connection to a server; nothing is opened yet.
  Connection connection(Destination to) throws IOException {
    var questions =
        terminal.can(Terminal.Feature.PROMPTS)
            ? Connection.Questions.ASKED
            : Connection.Questions.REFUSED;
    return Connection.to(to, env, questions);
  }

  /// Whether this runs in CI, where nobody answers questions.
  boolean ci() {
    return "true".equals(env.get("CI"));
  }

  boolean debug() {
    return "1".equals(env.get("STEAD_DEBUG"));
  }

  /// Who gives the command, from where.
  String actor() {
    return env.getOrDefault("USER", System.getProperty("user.name", "someone")) + "@" + host();
  }

  private static String host() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException _) {
      return "localhost";
    }
  }
}
