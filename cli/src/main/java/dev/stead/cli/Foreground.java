package dev.stead.cli;

import dev.stead.cli.Starting.Found;
import dev.stead.sdk.ProblemException;
import dev.stead.sdk.Requests.LogQuery;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// `stead up` after the deploy: it shows what the app prints until Ctrl-C, then stops what it
/// started.
final class Foreground {
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(500);

  private final Surroundings surroundings;
  private final Terminal terminal;
  private final String app;
  private final Found found;
  private final CountDownLatch ended = new CountDownLatch(1);

  Foreground(Surroundings surroundings, String app, Found found) {
    this.surroundings = surroundings;
    this.terminal = surroundings.terminal();
    this.app = app;
    this.found = found;
  }

  /// @param exit how the deploy ended: after a failed one all is stopped at once
  int run(int exit) throws IOException {
    if (exit == ExitCode.OK.code()) {
      terminal.line(
          found == Found.STARTED
              ? "Ctrl-C stops everything (stead up --detach leaves it running)."
              : "Ctrl-C ends this view; Stead was running before and goes on.");
      follow();
    }
    if (found == Found.STARTED) {
      terminal.line("Stopping.");
      new Stopping(surroundings).run();
      terminal.line("Stead and its apps have stopped; what was live comes back with `stead up`.");
    }
    return exit;
  }

  private void follow() throws IOException {
    Thread.ofVirtual().name("logs").start(this::logs);
    try (var _ = Interrupts.on("INT", ended::countDown);
        var _ = Interrupts.on("TERM", ended::countDown)) {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted in the foreground", e);
    }
  }

  /// Shows lines for ever; an agent that is started again is asked again.
  private void logs() {
    var view = new LogView(terminal);
    var query =
        new LogQuery(
            true,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(0));
    while (ended.getCount() > 0) {
      try {
        surroundings.client().logs(app, query, view::print);
      } catch (IOException | ProblemException e) {
        pause();
      }
    }
  }

  private void pause() {
    try {
      var _ = ended.await(BETWEEN_TRIES.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
