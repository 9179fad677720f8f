package dev.stead.store.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// What the disk can do at most: bytes appended to a file and synced, one write after the other.
final class Disk {
  private static final long NANOS = 1_000_000_000;

  private Disk() {}

  static void print(Path directory, byte[] bytes) throws IOException {
    Histogram times = new Histogram();
    long now = System.nanoTime();
    long end = now + NANOS;
    try (FileChannel file =
        FileChannel.open(
            directory.resolve("synced"), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      while (now < end) {
        file.write(ByteBuffer.wrap(bytes));
        file.force(false);
        long done = System.nanoTime();
        times.add(done - now);
        now = done;
      }
    }
    System.out.printf(
        "%-28s × %3d %9d/s   p50 %8.3f ms   p99 %8.3f ms%n",
        "fdatasync of %d bytes".formatted(bytes.length),
        1,
        times.total(),
        times.quantile(0.5) / 1e6,
        times.quantile(0.99) / 1e6);
  }
}
