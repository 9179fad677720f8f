package dev.stead.agent.deploy;

import dev.stead.agent.deploy.Records.Versioned;
import dev.stead.sdk.ProblemException;
import dev.stead.store.Derived;
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
/// that came while no agent ran are found by the first question of the next. For one thread.
final class WakeWatch {
  private static final Logger LOG = System.getLogger(WakeWatch.class.getName());

  /// How often it looks whether there is anything to wake, and whether the edge is back.
  static final Duration EVERY = Duration.ofSeconds(1);

  /// Between two questions while requests wait.
  private static final Duration WAITING = Duration.ofMillis(100);

  /// An app that did not come up is not tried again before that.
  private static final Duration AGAIN = Duration.ofSeconds(2);

  private final Workshop parts;
  private final Consumer<String> wake;
  private final Derived<Boolean> anySleeper;

  /// When each was woken last.
  private final Map<String, Elapsed> woken = new HashMap<>();

  /// @param wake begins the operation that wakes an app
  WakeWatch(Workshop parts, Consumer<String> wake) {
    this.parts = parts;
    this.wake = wake;
    this.anySleeper = parts.records().derived(this::anySleeper);
  }

  /// Returns when there is nobody to wake, or no edge to ask.
  void look(Control control) {
    try {
      while (anySleeper.get()) {
        control.check();
        await(control);
      }
    } catch (IOException | UncheckedIOException e) {
      // Whoever looks after the edge says so.
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

  private void await(Control control) throws IOException {
    var awaited = parts.publisher().awaitRequests();
    awaited.forEach(this::wake);
    if (!awaited.isEmpty()) {
      control.pause(WAITING);
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
}
