package dev.stead.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `stead history`
@Command(
    description = "Shows who changed what of the app, and when, newest first.",
    mixinStandardHelpOptions = true)
final class HistoryCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private final ServerChoice server = new ServerChoice();
  @Mixin private final AppChoice app = new AppChoice();
  @Mixin private final JsonChoice json = new JsonChoice();

  HistoryCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    var at = server.in(surroundings);
    var answer = at.client().history(app.name(at));
    var terminal = at.terminal();
    if (json.wanted()) {
      terminal.json(answer);
      return ExitCode.OK.code();
    }
    var table = new Columns();
    answer
        .changes()
        .forEach(
            change ->
                table.row(
                    "r" + change.revision(),
                    When.text(change.at()),
                    change.author(),
                    change.message().lines().findFirst().orElse("")));
    table.print(terminal);
    return ExitCode.OK.code();
  }
}
