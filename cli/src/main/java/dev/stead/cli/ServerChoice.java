package dev.stead.cli;

import dev.stead.cli.project.Project;
import dev.stead.cli.ssh.Destination;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Option;

/// The option `--server`, and what is meant without it: `STEAD_SERVER`, then `[server] default` of
/// the `stead.toml` here, then this machine.
final class ServerChoice {
  /// The name of this machine, where a default would lead elsewhere.
  private static final String HERE = "local";

  private static final String VARIABLE = "STEAD_SERVER";

  @Option(
      names = {"-s", "--server"},
      paramLabel = "[USER@]HOST",
      description =
          "the server, as ssh takes it; 'local' is this machine. Without it STEAD_SERVER, then"
              + " [server] default of the stead.toml here, then this machine")
  private Optional<String> server = Optional.empty();

  /// The surroundings with the chosen server.
  Surroundings in(Surroundings here) throws IOException {
    var name = named(here);
    return name.isPresent() ? here.at(new Destination(name.orElseThrow())) : here;
  }

  private Optional<String> named(Surroundings here) throws IOException {
    var asked =
        server.or(
            () -> Optional.ofNullable(here.env().get(VARIABLE)).filter(name -> !name.isEmpty()));
    return (asked.isPresent() ? asked : Project.server(here.directory()))
        .filter(name -> !name.equals(HERE));
  }
}
