package dev.stead.store.rocks;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Where watches wait for the next commit.
final class Arrivals {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  // guarded by lock
  private long head;
  private boolean ended;

  /// Tells that everything up to a revision is durable.
  void announce(long revision) {
    lock.lock();
    try {
      head = Math.max(head, revision);
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Ends all waiting, now and later.
  void end() {
    lock.lock();
    try {
      ended = true;
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Waits until something newer than a revision is announced, or it is the end. False when the
  /// time is over first.
  boolean awaitBehind(long revision, long nanos) throws InterruptedException {
    long left = nanos;
    lock.lock();
    try {
      while (head <= revision && !ended && left > 0) {
        left = arrived.awaitNanos(left);
      }
      return head > revision || ended;
    } finally {
      lock.unlock();
    }
  }
}
