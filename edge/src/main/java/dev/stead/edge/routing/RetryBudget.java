package dev.stead.edge.routing;

import java.util.concurrent.atomic.AtomicInteger;

/// How many requests of a service may be sent a second time: a fifth of all, and a few to begin
/// with. Keeps a service in trouble from getting twice its load.
public final class RetryBudget {
  private static final int RETRY_COSTS = 5;
  private static final int AT_FIRST = 10 * RETRY_COSTS;
  private static final int SAVED_MAX = 100 * RETRY_COSTS;

  private final AtomicInteger saved = new AtomicInteger(AT_FIRST);

  /// A request was sent for the first time.
  public void earn() {
    int now = saved.get();
    if (now < SAVED_MAX) {
      saved.compareAndSet(now, now + 1);
    }
  }

  /// Whether one more request may be sent again.
  public boolean spend() {
    int now = saved.get();
    while (now >= RETRY_COSTS) {
      if (saved.compareAndSet(now, now - RETRY_COSTS)) {
        return true;
      }
      now = saved.get();
    }
    return false;
  }
}
