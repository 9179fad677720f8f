package dev.stead.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `stead run`
@Command(
    description =
        "Runs a command once with the live release's files, configuration and secrets, and ends with"
            + " its exit code.",
    footer = {"", "Example: stead run -- python3 manage.py migrate"},
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(
      arity = "1..*",
      paramLabel = "COMMAND",
      description = "program and arguments, after --")
  private List<String> command = List.of();

  @Mixin private final ServerChoice server = new ServerChoice();
  @Mixin private final AppChoice app = new AppChoice();

  RunCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    var at = server.in(surroundings);
    return new RemoteRun(at, app.name(at)).plain(command);
  }
}
