package dev.stead.edge.routing;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// The requests that one service holds, in the order they came. Bounded by count, and by what their
/// bodies take of memory meanwhile; each waiter bounds its own time.
public final class HoldQueue {
  /// Most bytes of bodies that wait, besides the one that reaches it.
  public static final long BYTES_MAX = 16 << 20;

  private final ConcurrentLinkedQueue<Waiter> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

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

  public boolean waiting() {
    return count.get() > 0;
  }

  /// Counts so many bytes more, or less; false when that makes it too many.
  public boolean weigh(long more) {
    return bytes.addAndGet(more) <= BYTES_MAX || more <= 0;
  }

  /// False when the waiter has been released already, or is about to be.
  public boolean leave(Waiter waiter) {
    if (!waiting.remove(waiter)) {
      return false;
    }
    count.decrementAndGet();
    return true;
  }

  /// Lets everybody go who waits now, in the order they came. Who is to wait on comes back behind
  /// them, and for the next time.
  public void release() {
    for (int left = count.get(); left > 0; left--) {
      Waiter waiter = waiting.poll();
      if (waiter == null) {
        return;
      }
      count.decrementAndGet();
      waiter.released();
    }
  }
}
