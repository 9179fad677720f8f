package dev.stead.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `stead history`
@Command(
    description = "Shows who changed what of the app, when, from where and why, newest first.",
    mixinStandardHelpOptions = true)
final class HistoryCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      converter = WaitChoice.AsDuration.class,
      description = "only what was done at most this long ago, such as 2h or 7d")
  private Optional<Duration> since = Optional.empty();

  @Mixin private final ServerChoice server = new ServerChoice();
  @Mixin private final AppArgument app = new AppArgument();
  @Mixin private final JsonChoice json = new JsonChoice();

  HistoryCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    var at = server.in(surroundings);
    var answer = at.client().history(app.name(at), since);
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
