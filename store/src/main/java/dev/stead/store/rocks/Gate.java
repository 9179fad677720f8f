package dev.stead.store.rocks;

import dev.stead.store.StoreException;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Where readers go in to the open [Engine], and where it is taken away from them.
///
/// This lock is held during reads, against the usual rule: a native handle that is freed while
/// somebody reads through it ends the process.
final class Gate {
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private @Nullable Engine engine;
  private boolean closed;

  Gate(Engine engine) {
    this.engine = engine;
  }

  /// Reads while the engine is sure to stay open.
  <T> T read(Function<Engine, T> reading) {
    lock.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("the store is closed");
      }
      if (engine == null) {
        throw new StoreException(
            "The store is shut since its disk refused a write. It opens again with the next write, once the disk takes it.");
      }
      return reading.apply(engine);
    } finally {
      lock.readLock().unlock();
    }
  }

  /// The engine, for the committer: it alone replaces it, and has ended before it is closed.
  Engine engine() {
    return read(open -> open);
  }

  /// Closes the engine, then opens another in its place. When that fails, there is none until the
  /// next try.
  void replace(Supplier<Engine> opening) {
    lock.writeLock().lock();
    try {
      shut();
      engine = opening.get();
    } finally {
      lock.writeLock().unlock();
    }
  }

  void close() {
    lock.writeLock().lock();
    try {
      closed = true;
      shut();
    } finally {
      lock.writeLock().unlock();
    }
  }

  private void shut() {
    if (engine != null) {
      engine.close();
      engine = null;
    }
  }
}
