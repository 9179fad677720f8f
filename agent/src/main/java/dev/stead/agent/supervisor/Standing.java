package dev.stead.agent.supervisor;

import dev.stead.agent.supervisor.Instance.State;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// How one instance stands and what is wished of it: all that its thread and its callers share. The
/// lock is held for fields alone.
///
/// Whoever holds the instance does all work on its run: first the caller that launches it, then its
/// thread until that ends. So no two ever start or end the same instance.
final class Standing {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // guarded by lock
  private InstanceSpec spec;
  private State state = new State.Stopped();
  private int restarts;
  private Optional<Exit> lastExit;
  private @Nullable LiveRun run;
  private boolean held;
  private boolean kept; // it is started again when it ends
  private boolean letGo;
  private boolean stopping;
  private @Nullable Verdict verdict; // of the run under way, when it is to end and start again
  private long killAtNanos; // when stopping, or with a verdict

  Standing(InstanceSpec spec, InstanceFiles.Past past) {
    this.spec = spec;
    this.restarts = past.restarts();
    this.lastExit = past.lastExit();
  }

  /// What callers want of the thread.
  ///
  /// @param ending its run is to end, for good or to be followed by another
  /// @param overdue it has not ended within its grace
  record Wish(boolean letGo, boolean ending, boolean overdue, String signal) {}

  /// Takes the instance to launch it; `false` when it is held.
  boolean hold(InstanceSpec wanted) {
    lock.lock();
    try {
      boolean free = !held;
      if (free) {
        keep(wanted);
        held = true;
        stopping = false;
      }
      return free;
    } finally {
      lock.unlock();
    }
  }

  /// The same, but one that is held by its thread alone is kept from now on.
  boolean holdOrKeep(InstanceSpec wanted) {
    lock.lock();
    try {
      if (held && !kept) {
        keep(wanted);
      }
      return hold(wanted);
    } finally {
      lock.unlock();
    }
  }

  private void keep(InstanceSpec wanted) {
    spec = wanted;
    kept = true;
  }

  /// A run begins: the first one, or that of an earlier supervisor, which is not kept yet.
  void begins(LiveRun begun) {
    lock.lock();
    try {
      held = true;
      run = begun;
      verdict = null;
      state = new State.Running(begun.pid(), begun.since());
    } finally {
      lock.unlock();
    }
  }

  /// A further run begins.
  InstanceFiles.Past beginsAgain(LiveRun begun) {
    lock.lock();
    try {
      begins(begun);
      restarts++;
      return new InstanceFiles.Past(restarts, lastExit);
    } finally {
      lock.unlock();
    }
  }

  /// Its run has ended, or the next one could not begin.
  ///
  /// @param next when it is to start again, if it is to
  InstanceFiles.Past ended(Exit exit, Instant next) {
    lock.lock();
    try {
      run = null;
      verdict = null;
      lastExit = Optional.of(exit);
      state = kept && !stopping ? new State.BackingOff(next) : new State.Stopped();
      return new InstanceFiles.Past(restarts, lastExit);
    } finally {
      lock.unlock();
    }
  }

  /// Releases it unless it is to start again.
  boolean abandon() {
    lock.lock();
    try {
      boolean unwanted = !kept || stopping || letGo;
      if (unwanted) {
        release();
      }
      return unwanted;
    } finally {
      lock.unlock();
    }
  }

  /// Nobody works on it any more.
  void release() {
    lock.lock();
    try {
      held = false;
      kept = false;
      run = null;
      verdict = null;
      state = new State.Stopped();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void letGo() {
    lock.lock();
    try {
      letGo = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Wishes it to end, and waits until it has. A later call may shorten the grace.
  ///
  /// @param killMax how long the kernel may take to end what was killed
  void stop(Duration grace, Duration killMax) throws InterruptedException {
    lock.lock();
    try {
      long killAt = System.nanoTime() + grace.toNanos();
      killAtNanos = ending() ? earlier(killAtNanos, killAt) : killAt;
      stopping = true;
      changed.signalAll();
      long left = grace.plus(killMax).toNanos();
      while (held && left > 0) {
        left = changed.awaitNanos(left);
      }
      if (held) {
        throw new IllegalStateException(
            "instance %s outlives SIGKILL by %s: its processes hang in the kernel"
                .formatted(spec.id(), killMax));
      }
    } finally {
      lock.unlock();
    }
  }

  /// Wishes its run to end and to be followed by another, and waits for nothing. One that is not
  /// kept would not start again, so it is left alone.
  void condemn(Verdict why) {
    lock.lock();
    try {
      if (run != null && kept && !ending()) {
        verdict = why;
        killAtNanos = System.nanoTime() + spec.stopTimeout().toNanos();
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /// Why the run under way ends, when that is to be followed by another.
  Optional<Verdict> verdict() {
    lock.lock();
    try {
      return stopping ? Optional.empty() : Optional.ofNullable(verdict);
    } finally {
      lock.unlock();
    }
  }

  Wish wish() {
    lock.lock();
    try {
      boolean overdue = ending() && System.nanoTime() - killAtNanos >= 0;
      return new Wish(letGo, ending(), overdue, spec.stopSignal());
    } finally {
      lock.unlock();
    }
  }

  private boolean ending() {
    return stopping || verdict != null;
  }

  private static long earlier(long oneNanos, long otherNanos) {
    return oneNanos - otherNanos < 0 ? oneNanos : otherNanos;
  }

  /// Waits a while, or until something else than this is wished.
  void awaitOther(Wish known, Duration atMost) throws InterruptedException {
    lock.lock();
    try {
      long left = atMost.toNanos();
      while (letGo == known.letGo() && ending() == known.ending() && left > 0) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  boolean held() {
    lock.lock();
    try {
      return held;
    } finally {
      lock.unlock();
    }
  }

  InstanceSpec spec() {
    lock.lock();
    try {
      return spec;
    } finally {
      lock.unlock();
    }
  }

  Optional<LiveRun> run() {
    lock.lock();
    try {
      return Optional.ofNullable(run);
    } finally {
      lock.unlock();
    }
  }

  /// As it is now, without its memory.
  Instance instance() {
    lock.lock();
    try {
      return new Instance(spec, state, restarts, lastExit, OptionalLong.empty());
    } finally {
      lock.unlock();
    }
  }
}
