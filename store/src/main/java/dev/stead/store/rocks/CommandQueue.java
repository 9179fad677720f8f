package dev.stead.store.rocks;

import dev.stead.store.StoreException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The commands that wait for the [Committer], in the order in which they came. Any thread adds,
/// the committer takes.
///
/// All that it takes at once costs it one turn of the lock, and it is woken only when it waits:
/// with hundreds of writers the queue would be what they wait for otherwise.
final class CommandQueue {
  private static final int WAITING_MAX = 16_384;
  private static final int TAKEN_MAX = 1_024;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition filled = lock.newCondition();
  // guarded by lock
  private final Queue<Pending<?>> waiting = new ArrayDeque<>();
  private boolean closed;

  /// @throws StoreException when too many wait
  /// @throws IllegalStateException when it is closed
  void add(Pending<?> pending) {
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the store is closed");
      }
      if (waiting.size() >= WAITING_MAX) {
        throw new StoreException(
            "The store is overloaded: %d writes wait. Nothing was written; try again later."
                .formatted(WAITING_MAX));
      }
      if (waiting.isEmpty()) {
        filled.signal();
      }
      waiting.add(pending);
    } finally {
      lock.unlock();
    }
  }

  /// Takes no more from now on.
  void close() {
    lock.lock();
    try {
      closed = true;
      filled.signal();
    } finally {
      lock.unlock();
    }
  }

  /// Waits until there is something to take, or the end. False when the time is over first.
  boolean await(Duration time) throws InterruptedException {
    long left = time.toNanos();
    lock.lock();
    try {
      while (waiting.isEmpty() && !closed && left > 0) {
        left = filled.awaitNanos(left);
      }
      return !waiting.isEmpty() || closed;
    } finally {
      lock.unlock();
    }
  }

  /// Waits for the first and takes those behind it, too. Empty at the end: it is closed and all
  /// were taken.
  List<Pending<?>> take() throws InterruptedException {
    List<Pending<?>> taken = new ArrayList<>();
    lock.lock();
    try {
      while (waiting.isEmpty() && !closed) {
        filled.await();
      }
      while (!waiting.isEmpty() && taken.size() < TAKEN_MAX) {
        taken.add(waiting.remove());
      }
    } finally {
      lock.unlock();
    }
    return taken;
  }
}
