package dev.stead.edge;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Fails a test class when a buffer was lost, or when Netty logged a warning. Leaks are found when
/// the collector has run and another buffer is tracked.
final class NoLeaks implements BeforeAllCallback, AfterAllCallback {
  private static final int TRACKED_MORE = 32;

  private final ConcurrentLinkedQueue<String> found = new ConcurrentLinkedQueue<>();
  private final Logger netty = Logger.getLogger("io.netty");
  private final Handler watching = new Watching();

  @Override
  public void beforeAll(ExtensionContext context) {
    watch();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    List<String> all = found();
    if (!all.isEmpty()) {
      throw new AssertionError(String.join("\n", all));
    }
  }

  void watch() {
    ByteBufUtil.setLeakListener((type, records) -> found.add("leaked " + type + records));
    netty.addHandler(watching);
  }

  /// What was found since; it ends the watch.
  List<String> found() {
    for (int round = 0; round < 2; round++) {
      System.gc();
      for (int i = 0; i < TRACKED_MORE; i++) {
        PooledByteBufAllocator.DEFAULT.buffer(16).release();
      }
    }
    netty.removeHandler(watching);
    return List.copyOf(found);
  }

  private final class Watching extends Handler {
    @Override
    public void publish(LogRecord record) {
      if (record.getLevel().intValue() >= Level.WARNING.intValue()) {
        Throwable thrown = record.getThrown();
        found.add("Netty warned: " + record.getMessage() + (thrown == null ? "" : " " + thrown));
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
