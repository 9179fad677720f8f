package dev.stead.cli;

import dev.stead.sdk.Requests;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `stead rollback`
@Command(
    description =
        "Brings a former release back, with its own config, routes and scale; says first what"
            + " differs.",
    mixinStandardHelpOptions = true)
final class RollbackCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(
      arity = "0..1",
      paramLabel = "vN",
      converter = ReleaseNumber.class,
      description = "the release; without it the one before the live one")
  private Optional<Integer> release = Optional.empty();

  @Option(
      names = "--to",
      paramLabel = "TIME",
      description =
          "what was live then: 14:30, 2h (ago), '2026-01-02 14:30' or 2026-01-02T14:30:00Z")
  private Optional<String> to = Optional.empty();

  @Option(
      names = "--secrets-too",
      description = "take the secrets' values of that release; without it they stay as they are")
  private boolean secretsToo;

  @Mixin private final ServerChoice server = new ServerChoice();
  @Mixin private final AppChoice app = new AppChoice();
  @Mixin private final WaitChoice wait = new WaitChoice();

  RollbackCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    var at = server.in(surroundings);
    var name = app.name(at);
    var client = at.client();
    var terminal = at.terminal();
    if (release.isPresent() && to.isPresent()) {
      throw Misuse.of("choosing the release", "it is named, and --to names a time as well");
    }
    var then = to.map(text -> PastMoment.parse(text, at.clock().instant()));
    var difference = client.rollbackDifference(name, release, then);
    terminal.line(
        "%s v%d → v%d%s"
            .formatted(
                name,
                difference.from(),
                difference.to(),
                difference.lines().isEmpty() ? ": the same code and config" : ""));
    difference.lines().forEach(line -> terminal.line("  " + line));
    var request = new Requests.Rollback(Optional.of(difference.to()), secretsToo, wait.time());
    return new Operation(at)
        .follow(
            name, client.rollback(name, request), "v%d is live again".formatted(difference.to()));
  }
}
