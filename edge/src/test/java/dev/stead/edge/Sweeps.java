package dev.stead.edge;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// The edge's look at what is overdue, which comes ten times a second in real time.
final class Sweeps {
  private static final long TWO_NANOS = Duration.ofMillis(250).toNanos();

  private Sweeps() {}

  /// Lets at least two pass, so that what must not be overdue has had its chance.
  static void pass() {
    long end = System.nanoTime() + TWO_NANOS;
    while (System.nanoTime() - end < 0) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }
}
