package dev.stead.cli;

import dev.stead.sdk.Answers;
import dev.stead.sdk.Event;
import java.io.IOException;

/// What the commands that change a running app have in common: begin it, follow it, say how it
/// ended.
final class Operation {
  private final Surroundings surroundings;

  Operation(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// Follows an operation that has begun.
  ///
  /// @param done what to say when it succeeded, before the addresses
  int follow(String app, Answers.Started started, String done) throws IOException {
    var ended = new Following(surroundings, app, started.operation()).toEnd();
    var terminal = surroundings.terminal();
    if (ended.exitCode() == ExitCode.OK) {
      terminal.line(terminal.styled(Style.GREEN, app + " " + done) + addresses(ended));
    } else {
      ended.finished().ifPresent(finished -> stillServing(app, finished));
    }
    return ended.exitCode().code();
  }

  void stillServing(String app, Event.Finished finished) {
    var terminal = surroundings.terminal();
    terminal.error(
        finished
            .release()
            .map(release -> "%s v%d still serves".formatted(app, release))
            .orElse("no release of %s serves".formatted(app)));
  }

  private static String addresses(Following.Ended ended) {
    return ended
        .finished()
        .filter(finished -> !finished.urls().isEmpty())
        .map(finished -> " at " + String.join(" ", finished.urls()))
        .orElse("");
  }
}
