package dev.stead.edge.http;

import dev.stead.edge.control.AccessLogFiles;
import dev.stead.sdk.Wire;
import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;

/// Writes a line for each request of the services that want it, into the app's file, on a thread of
/// its own.
///
/// Nobody waits for it: what comes faster than the disk takes it, beyond [#WAITING_MAX], or what
/// the disk refuses, is lost and counted, and the next line that is written says so. A file that
/// would grow beyond [#FILE_BYTES_MAX] takes the place of the former one. It is opened for each
/// batch of lines: whoever moves it away, or removes it, has nobody to tell.
final class AccessLog implements AutoCloseable {
  private static final int WAITING_MAX = 4_096;
  private static final long FILE_BYTES_MAX = 16L << 20;
  private static final Entry END = new Entry("", Map.of());

  private final AccessLogFiles files;
  private final PrintStream log;
  private final BlockingQueue<Entry> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
  private final Map<String, Long> lost = new ConcurrentHashMap<>();
  private final Thread thread;

  /// The apps whose lines the disk has refused last: each refusal is said once.
  private final Set<String> refused = new HashSet<>();

  /// A line on its way to an app's file.
  private record Entry(String app, Object line) {}

  /// So many requests before this line have none.
  @Json(naming = Naming.LowerHyphen)
  record Gap(long lost) {}

  AccessLog(AccessLogFiles files, PrintStream log) {
    this.files = files;
    this.log = log;
    this.thread = Thread.ofVirtual().name("access-log").start(this::run);
  }

  /// Called on an event loop.
  void add(String app, AccessLine line) {
    if (!waiting.offer(new Entry(app, line))) {
      lost.merge(app, 1L, Long::sum);
    }
  }

  private void run() {
    try {
      var batch = new ArrayList<Entry>();
      while (!batch.contains(END)) {
        batch.clear();
        batch.add(waiting.take());
        waiting.drainTo(batch);
        write(batch);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts the access log", e);
    }
  }

  private void write(List<Entry> batch) {
    var lines = new HashMap<String, List<Entry>>();
    batch.stream()
        .filter(entry -> !entry.equals(END))
        .forEach(entry -> lines.computeIfAbsent(entry.app(), any -> new ArrayList<>()).add(entry));
    lines.forEach(this::write);
  }

  private void write(String app, List<Entry> lines) {
    Long gap = lost.remove(app);
    var text = new ByteArrayOutputStream();
    if (gap != null) {
      append(text, new Gap(gap));
    }
    lines.forEach(entry -> append(text, entry.line()));
    try {
      write(app, text.toByteArray());
      refused.remove(app);
    } catch (IOException e) {
      lost.merge(app, lines.size() + (gap == null ? 0 : gap), Long::sum);
      if (refused.add(app)) {
        log.println("edge: cannot write the access log of " + app + ": " + e);
      }
    }
  }

  private static void append(ByteArrayOutputStream text, Object line) {
    text.writeBytes(Wire.write(line));
    text.write('\n');
  }

  private void write(String app, byte[] lines) throws IOException {
    Files.createDirectories(files.directory());
    Path file = files.current(app);
    if (Files.exists(file) && Files.size(file) + lines.length > FILE_BYTES_MAX) {
      Files.move(file, files.former(app), StandardCopyOption.REPLACE_EXISTING);
    }
    // It says who came and from where: nobody else's business.
    try (var channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      var bytes = ByteBuffer.wrap(lines);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
  }

  /// Writes what waits.
  @Override
  public void close() {
    try {
      waiting.put(END);
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
