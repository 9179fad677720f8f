package dev.stead.edge.http;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// What all buffered uploads of the edge take of its memory and its disk, together, and the threads
/// that write them: a loop waits for no disk.
///
/// Files lie in one directory, without a name: see [UploadFile].
final class Uploads implements AutoCloseable {
  /// Bodies that wait in memory, besides the pieces that reach it: a share of the edge's heap, and
  /// room for hundreds of forms.
  private static final long MEMORY_BYTES_MAX = 8L << 20;

  /// Each is a descriptor, which clients and targets need, too.
  private static final int FILES_MAX = 1_024;

  private final Path directory;
  private final long fileBytesMax;
  private final PrintStream log;
  private final AtomicLong memoryBytes = new AtomicLong();
  private final AtomicLong fileBytes = new AtomicLong();
  private final AtomicInteger files = new AtomicInteger();

  /// Whether the disk has refused the last write: it is said once.
  private final AtomicBoolean refused = new AtomicBoolean();

  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("upload-", 0).factory());

  /// @param fileBytesMax most bytes that all files have together
  Uploads(Path directory, long fileBytesMax, PrintStream log) {
    this.directory = directory;
    this.fileBytesMax = fileBytesMax;
    this.log = log;
  }

  /// Counts so many bytes more in memory, or less; false when more should go to disk instead.
  boolean weigh(long more) {
    return memoryBytes.addAndGet(more) <= MEMORY_BYTES_MAX;
  }

  /// A file for one upload, on disk from its first [#append] on; [#drop] ends it.
  UploadFile file() {
    files.incrementAndGet();
    return new UploadFile(directory);
  }

  /// Writes behind what the file has, and tells on a thread of its own whether it could.
  void append(UploadFile file, ByteBuf bytes, Consumer<Boolean> done) {
    threads.execute(() -> done.accept(append(file, bytes)));
  }

  private boolean append(UploadFile file, ByteBuf bytes) {
    int more = bytes.readableBytes();
    boolean tooMany = file.reserved() == 0 && files.get() > FILES_MAX;
    if (tooMany || fileBytes.addAndGet(file.reserve(more)) > fileBytesMax) {
      return false;
    }
    try {
      file.append(bytes);
      refused.set(false);
      return true;
    } catch (IOException e) {
      if (!refused.getAndSet(true)) {
        log.println("edge: cannot keep an upload in " + directory + ": " + e);
      }
      return false;
    }
  }

  /// Frees what a file takes, as soon as may be: the blocks of a large one are freed by its close.
  void drop(UploadFile file) {
    files.decrementAndGet();
    fileBytes.addAndGet(-file.reserved());
    Thread.ofVirtual().name("upload-end").start(file::close);
  }

  /// Waits for what is being written.
  @Override
  public void close() {
    threads.close();
  }
}
