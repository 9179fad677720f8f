package dev.stead.agent;

import java.util.ArrayDeque;
import java.util.Deque;

/// Parts that are open, in the order they were opened in. Closes them in the reverse order, all of
/// them whatever one says; closing again does nothing.
final class Opened implements AutoCloseable {
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();

  synchronized <T extends AutoCloseable> T add(T part) {
    parts.push(part);
    return part;
  }

  @Override
  public synchronized void close() {
    RuntimeException failure = null;
    while (!parts.isEmpty()) {
      var part = parts.pop();
      try {
        part.close();
      } catch (Exception e) {
        var wrapped = new IllegalStateException("closing " + part.getClass().getSimpleName(), e);
        if (failure == null) {
          failure = wrapped;
        } else {
          failure.addSuppressed(wrapped);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
