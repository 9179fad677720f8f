package dev.stead.agent.deploy;

import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// How an operation is told to stop. Its own thread asks at every step and in every wait; anyone
/// else may cancel it, until it has committed itself to its switch.
///
/// Running → Committed, or Running → Refused (cancelled, lease lost); Abandoned from any.
final class Control {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // Guarded by the lock.
  private @Nullable Problem refused;
  private boolean committed;
  private boolean abandoned;

  /// Thrown in an operation's thread as its agent closes: it leaves everything as it is.
  static final class Abandoned extends RuntimeException {
    private static final long serialVersionUID = 1;

    Abandoned() {
      super("the agent is closing; the next one goes on", null, false, false);
    }
  }

  /// Stops the operation unless it has committed itself.
  void cancel() {
    refuse(
        Problem.of(
            Code.CANCELLED, "the operation", "it was cancelled before anything had changed"));
  }

  /// Stops the operation for a reason, unless it has committed itself.
  void refuse(Problem why) {
    lock.lock();
    try {
      if (!committed && refused == null) {
        refused = why;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /// Makes the operation's thread leave at its next step or wait.
  void abandon() {
    lock.lock();
    try {
      abandoned = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// From here on the operation can no longer be cancelled.
  ///
  /// @throws ProblemException when it was cancelled before
  void commit() {
    lock.lock();
    try {
      check();
      committed = true;
    } finally {
      lock.unlock();
    }
  }

  /// Opens the way for the undoing of a switch, or of an operation that was cancelled: nothing
  /// stops it any more but the agent's end.
  void undoing() {
    lock.lock();
    try {
      refused = null;
      committed = true;
    } finally {
      lock.unlock();
    }
  }

  /// Returns as long as the operation may go on.
  ///
  /// @throws ProblemException when it was cancelled
  void check() {
    lock.lock();
    try {
      if (abandoned) {
        throw new Abandoned();
      }
      if (refused != null) {
        throw new ProblemException(refused);
      }
    } finally {
      lock.unlock();
    }
  }

  /// Waits, unless the operation is stopped meanwhile; then throws as [#check] does.
  void pause(Duration time) {
    var nanos = time.toNanos();
    lock.lock();
    try {
      check();
      while (nanos > 0) {
        nanos = changed.awaitNanos(nanos);
        check();
      }
    } catch (InterruptedException e) {
      throw new Abandoned();
    } finally {
      lock.unlock();
    }
  }

  /// Waits for another thread to end; throws as [#check] does when the operation is stopped first.
  void join(Thread thread) {
    try {
      while (!thread.join(Duration.ofMillis(50))) {
        check();
      }
    } catch (InterruptedException e) {
      throw new Abandoned();
    }
  }
}
