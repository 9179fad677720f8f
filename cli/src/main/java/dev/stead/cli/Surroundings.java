package dev.stead.cli;

import dev.stead.cli.local.Home;
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
record Surroundings(
    Map<String, String> env,
    Path directory,
    Terminal terminal,
    InstantSource clock,
    Optional<Path> distribution) {

  Surroundings {
    env = Map.copyOf(env);
  }

  Home home() {
    return Home.of(env);
  }

  /// A client of the agent of this home; nothing is sent yet.
  Client client() {
    return new Client(home().agentSocket(), actor());
  }

  /// Whether this runs in CI, where nobody answers questions.
  boolean ci() {
    return "true".equals(env.get("CI"));
  }

  boolean debug() {
    return "1".equals(env.get("STEAD_DEBUG"));
  }

  private String actor() {
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
