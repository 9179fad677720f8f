package dev.stead.agent.deploy;

import java.time.Duration;

/// Time that has passed since a moment, by the monotonic clock.
record Elapsed(long sinceNanos) {
  static Elapsed start() {
    return new Elapsed(System.nanoTime());
  }

  Duration time() {
    return Duration.ofNanos(System.nanoTime() - sinceNanos);
  }

  boolean reached(Duration length) {
    return time().compareTo(length) >= 0;
  }

  /// As people read it: `1.2 s`, `340 ms`, `2 min 5 s`.
  String text() {
    return text(time());
  }

  static String text(Duration time) {
    var millis = time.toMillis();
    if (millis < 1_000) {
      return millis + " ms";
    }
    if (millis < 60_000) {
      return millis % 1_000 < 100
          ? millis / 1_000 + " s"
          : "%d.%d s".formatted(millis / 1_000, millis % 1_000 / 100);
    }
    var seconds = time.toSecondsPart();
    return time.toMinutes() + " min" + (seconds == 0 ? "" : " " + seconds + " s");
  }
}
