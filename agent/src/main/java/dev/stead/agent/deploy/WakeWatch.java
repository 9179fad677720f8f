package dev.stead.agent.deploy;

import dev.stead.agent.deploy.Records.Versioned;
import dev.stead.sdk.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Wakes apps that requests wait for. It asks the edge, which answers when there are some; requests
/// that came while no agent ran are found by the first question of the next. One virtual thread.
final class WakeWatch implements AutoCloseable {
  private static final Logger LOG = System.getLogger(WakeWatch.class.getName());

  /// How often it looks whether there is anything to wake, and whether the edge is back.
  private static final Duration EVERY = Duration.ofSeconds(1);

  /// Between two questions while requests wait.
  private static final Duration WAITING = Duration.ofMillis(100);

  /// An app that did not come up is not tried again before that.
  private static final Duration AGAIN = Duration.ofSeconds(2);

  private final Workshop parts;
  private final Consumer<String> wake;
  private final Control control = new Control();
  private final Thread thread;

  /// When each was woken last. Of the thread only.
  private final Map<String, Elapsed> woken = new HashMap<>();

  /// @param wake begins the operation that wakes an app
  WakeWatch(Workshop parts, Consumer<String> wake) {
    this.parts = parts;
    this.wake = wake;
    this.thread = Thread.ofVirtual().name("wake watch").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      while (true) {
        if (anySleeper()) {
          control.check();
          await();
        } else {
          control.pause(EVERY);
        }
      }
    } catch (Control.Abandoned e) {
      // Only close() abandons.
      return;
    }
  }

  /// Whether some app may sleep: asked for before it does, so that nobody waits for this thread.
  private boolean anySleeper() {
    var records = parts.records();
    return List.copyOf(records.apps()).stream()
        .anyMatch(
            app ->
                records
                    .live(app)
                    .map(Versioned::value)
                    .filter(live -> !live.stopped())
                    .filter(
                        live ->
                            live.asleep() || SleepWatch.sleepAfter(records, app, live).isPresent())
                    .isPresent());
  }

  private void await() {
    try {
      var awaited = parts.publisher().awaitRequests();
      awaited.forEach(this::wake);
      if (!awaited.isEmpty()) {
        control.pause(WAITING);
      }
    } catch (IOException | UncheckedIOException e) {
      // Whoever looks after the edge says so.
      control.pause(EVERY);
    }
  }

  private void wake(String app) {
    var last = woken.get(app);
    if (last != null && !last.reached(AGAIN)) {
      return;
    }
    try {
      wake.accept(app);
      woken.put(app, Elapsed.start());
    } catch (ProblemException e) {
      LOG.log(Level.INFO, "cannot wake " + app + " yet: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    control.abandon();
    thread.interrupt();
  }
}
