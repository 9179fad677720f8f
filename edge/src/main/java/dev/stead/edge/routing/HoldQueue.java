package dev.stead.edge.routing;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// The requests that one service holds, in the order they came. Bounded by count; each waiter
/// bounds its own time.
public final class HoldQueue {
  private final ConcurrentLinkedQueue<Waiter> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();

  /// A held request.
  public interface Waiter {
    /// The mode may have changed: look at the route again. Called once, on any thread.
    void released();
  }

  /// False when the queue is full.
  public boolean join(Waiter waiter, int waitersMax) {
    if (count.incrementAndGet() > waitersMax) {
      count.decrementAndGet();
      return false;
    }
    waiting.add(waiter);
    return true;
  }

  /// False when the waiter has been released already, or is about to be.
  public boolean leave(Waiter waiter) {
    if (!waiting.remove(waiter)) {
      return false;
    }
    count.decrementAndGet();
    return true;
  }

  /// Lets everybody go, in the order they came.
  public void release() {
    Waiter waiter = waiting.poll();
    while (waiter != null) {
      count.decrementAndGet();
      waiter.released();
      waiter = waiting.poll();
    }
  }
}
