package dev.stead.agent.deploy;

import dev.stead.store.Derived;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Sees that instances which run but are not alive are started anew, where their release says how
/// they are asked. Each app that wants that has a virtual thread, that of its [LivenessRounds].
final class LivenessWatch implements AutoCloseable {
  static final Duration EVERY = Duration.ofSeconds(1);
  private static final Duration END_MAX = Duration.ofSeconds(2);

  private final Workshop parts;
  private final Derived<List<String>> subjects;
  private final Control control = new Control();

  /// Who makes the rounds of each app that wants them.
  private final Map<String, Thread> rounds = new ConcurrentHashMap<>();

  LivenessWatch(Workshop parts) {
    this.parts = parts;
    this.subjects = parts.records().derived(this::subjects);
  }

  /// Begins to ask those that are not asked yet.
  void look() {
    for (var app : subjects.get()) {
      if (!rounds.containsKey(app)) {
        var fresh = Thread.ofVirtual().name("liveness " + app).unstarted(() -> watch(app));
        rounds.put(app, fresh);
        fresh.start();
      }
    }
  }

  private List<String> subjects() {
    return parts.records().apps().stream()
        .filter(app -> !LivenessRounds.subjects(parts, app).isEmpty())
        .toList();
  }

  private void watch(String app) {
    try {
      new LivenessRounds(parts, app, control).run();
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
      for (var each : rounds.values()) {
        each.join(END_MAX.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
