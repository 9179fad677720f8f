package dev.stead.store.rocks;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Where watches wait for what comes next, by a number that grows: the newest revision, or for
/// leases the newest batch that changed one.
final class Arrivals {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  // guarded by lock
  private long newest;
  private boolean ended;

  /// Tells that everything up to a number is durable.
  void announce(long number) {
    lock.lock();
    try {
      newest = Math.max(newest, number);
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

  /// The number announced last.
  long newest() {
    lock.lock();
    try {
      return newest;
    } finally {
      lock.unlock();
    }
  }

  /// Waits until something newer than a number is announced, or it is the end. False when the time
  /// is over first.
  boolean awaitBehind(long number, long nanos) throws InterruptedException {
    long left = nanos;
    lock.lock();
    try {
      while (newest <= number && !ended && left > 0) {
        left = arrived.awaitNanos(left);
      }
      return newest > number || ended;
    } finally {
      lock.unlock();
    }
  }
}
