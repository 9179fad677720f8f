package dev.stead.cli;

import dev.stead.sdk.Requests.LogQuery;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `stead logs`
@Command(
    description = "Shows what the app's instances printed, also those of former releases.",
    mixinStandardHelpOptions = true)
final class LogsCommand implements Callable<Integer> {
  private static final int LINES = 100;

  private final Surroundings surroundings;

  @Mixin private final ServerChoice server = new ServerChoice();
  @Mixin private final AppChoice app = new AppChoice();
  @Mixin private final JsonChoice json = new JsonChoice();

  @Option(
      names = {"-f", "--follow"},
      description = "go on with new lines until Ctrl-C")
  private boolean follow;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      converter = WaitChoice.AsDuration.class,
      description = "only lines at most this old, such as 10m")
  private Optional<Duration> since = Optional.empty();

  @Option(
      names = "--release",
      paramLabel = "vN",
      converter = ReleaseNumber.class,
      description = "only lines of this release")
  private Optional<Integer> release = Optional.empty();

  @Option(names = "--process", paramLabel = "TYPE", description = "only lines of this process type")
  private Optional<String> process = Optional.empty();

  @Option(
      names = "--grep",
      paramLabel = "REGEX",
      description = "only lines that this regular expression finds something in")
  private Optional<String> grep = Optional.empty();

  @Option(
      names = {"-n", "--lines"},
      paramLabel = "N",
      description = "the last N lines; 100 when there is no --since")
  private Optional<Integer> lines = Optional.empty();

  LogsCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    var at = server.in(surroundings);
    var last = since.isPresent() ? lines : lines.or(() -> Optional.of(LINES));
    var query = new LogQuery(follow, since, release, process, grep, last);
    var view = new LogView(at.terminal());
    at.client()
        .logs(
            app.name(at),
            query,
            line -> {
              if (json.wanted()) {
                at.terminal().json(line);
              } else {
                view.print(line);
              }
            });
    return ExitCode.OK.code();
  }
}
