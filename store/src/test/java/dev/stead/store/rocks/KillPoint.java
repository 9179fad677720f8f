package dev.stead.store.rocks;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/// Where a child process says that it is there, and stays until it is killed.
///
/// @param left how often it goes on before
record KillPoint(FailPoint point, AtomicInteger left) implements FailPoint.Listener {
  /// The line that says so starts with this.
  static final String SIGN = "@";

  /// Reads `POINT` or `POINT:PASSAGES`.
  static KillPoint parse(String text) {
    String[] parts = text.split(":", 2);
    int passages = parts.length > 1 ? Integer.parseInt(parts[1]) : 0;
    return new KillPoint(FailPoint.valueOf(parts[0]), new AtomicInteger(passages));
  }

  @Override
  public void reached(FailPoint reached) {
    if (reached == point && left.getAndDecrement() <= 0) {
      System.out.println(SIGN + point);
      System.out.flush();
      stay();
    }
  }

  private static void stay() {
    CountDownLatch never = new CountDownLatch(1);
    try {
      never.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("only a kill ends this", e);
    }
  }
}
