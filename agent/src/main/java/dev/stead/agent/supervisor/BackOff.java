package dev.stead.agent.supervisor;

import java.time.Duration;

/// How long a crashed instance waits before it starts again: 1 s, doubled with each further crash
/// up to 60 s, and from the beginning once it stayed up for 60 s.
final class BackOff {
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LAST = Duration.ofSeconds(60);
  private static final Duration STEADY = Duration.ofSeconds(60);

  private Duration next = FIRST;

  /// The wait after a run of this length.
  Duration after(Duration run) {
    if (run.compareTo(STEADY) >= 0) {
      next = FIRST;
    }
    Duration wait = next;
    Duration doubled = next.multipliedBy(2);
    next = doubled.compareTo(LAST) > 0 ? LAST : doubled;
    return wait;
  }
}
