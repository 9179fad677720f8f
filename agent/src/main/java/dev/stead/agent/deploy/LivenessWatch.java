package dev.stead.agent.deploy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/// Sees that instances which run but are not alive are started anew, where their release says how
/// they are asked. One virtual thread looks which apps want that; each of these has another, that
/// of its [LivenessRounds].
final class LivenessWatch implements AutoCloseable {
  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final Duration END_MAX = Duration.ofSeconds(2);

  private final Workshop parts;
  private final Predicate<String> underWay;
  private final Control control = new Control();
  private final Thread thread;

  /// Who makes the rounds of each app that wants them.
  private final Map<String, Thread> rounds = new ConcurrentHashMap<>();

  /// @param underWay whether an operation on an app is under way
  LivenessWatch(Workshop parts, Predicate<String> underWay) {
    this.parts = parts;
    this.underWay = underWay;
    this.thread = Thread.ofVirtual().name("liveness watch").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      while (true) {
        control.pause(EVERY);
        List.copyOf(parts.records().apps()).forEach(this::look);
      }
    } catch (Control.Abandoned e) {
      // Only close() abandons.
      return;
    }
  }

  private void look(String app) {
    if (!rounds.containsKey(app) && !LivenessRounds.subjects(parts, app).isEmpty()) {
      var fresh = Thread.ofVirtual().name("liveness " + app).unstarted(() -> watch(app));
      rounds.put(app, fresh);
      fresh.start();
    }
  }

  private void watch(String app) {
    try {
      new LivenessRounds(parts, app, () -> underWay.test(app), control).run();
    } catch (Control.Abandoned e) {
      // Only close() abandons.
      return;
    } finally {
      rounds.remove(app);
    }
  }

  /// Waits for those that read the store: it is closed next. Who waits for an answer reads nothing
  /// after it.
  @Override
  public void close() {
    control.abandon();
    try {
      thread.join(END_MAX.toMillis());
      for (var each : rounds.values()) {
        each.join(END_MAX.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
