package dev.stead.cli;

import dev.stead.cli.Terminal.Feature;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `stead console`
@Command(
    description =
        "Opens a shell, or another command that wants a terminal, with the live release's files,"
            + " configuration and secrets.",
    footer = {"", "Example: stead console -- python3 manage.py shell"},
    mixinStandardHelpOptions = true)
final class ConsoleCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(
      arity = "0..*",
      paramLabel = "COMMAND",
      description = "program and arguments, after --; /bin/sh without it")
  private List<String> command = List.of("/bin/sh");

  @Mixin private final ServerChoice server = new ServerChoice();
  @Mixin private final AppChoice app = new AppChoice();

  ConsoleCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    var at = server.in(surroundings);
    if (!at.terminal().can(Feature.PROMPTS)) {
      throw Assignment.wrong(
          "a console needs a terminal for input and output",
          "Use `stead run -- COMMAND` in scripts.");
    }
    return new RemoteRun(at, app.name(at)).onTerminal(command);
  }
}
