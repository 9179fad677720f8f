package dev.stead.edge;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waits for a condition, with a deadline.
final class Eventually {
  private static final Duration DEADLINE = Duration.ofSeconds(10);
  private static final long LOOK_NANOS = Duration.ofMillis(2).toNanos();

  private Eventually() {}

  static void eventually(String what, BooleanSupplier condition) {
    within(DEADLINE, what, condition);
  }

  static void within(Duration deadline, String what, BooleanSupplier condition) {
    long end = System.nanoTime() + deadline.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("not within " + deadline + ": " + what);
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }
}
