package dev.stead.agent.observe;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/// The log of one app: its segments, the newest of which grows. Any thread may append and read.
///
/// `appending` is held while a segment is written: it is what puts lines in one order. `lock`
/// guards fields only; where both are taken, `appending` comes first.
final class AppLog {
  private final String app;
  private final Path directory;

  private final Lock appending = new ReentrantLock();
  private final Lock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // guarded by lock
  private final TreeMap<Long, Segment> segments = new TreeMap<>();
  private long end;
  private boolean closed;

  private AppLog(String app, Path directory) {
    this.app = app;
    this.directory = directory;
  }

  /// The log in a directory, or an empty one if there is none.
  static AppLog open(String app, Path directory) throws IOException {
    AppLog log = new AppLog(app, directory);
    List<Path> files = new ArrayList<>();
    if (Files.isDirectory(directory)) {
      try (Stream<Path> found = Files.list(directory)) {
        found.filter(Segment::isOne).sorted().forEach(files::add);
      }
    }
    for (Path file : files) {
      Segment segment = Segment.of(app, file);
      log.segments.put(segment.base(), segment);
    }
    if (!log.segments.isEmpty()) {
      Segment newest = log.segments.lastEntry().getValue();
      newest.cutTorn();
      log.end = newest.base() + newest.bytes();
    }
    return log;
  }

  String app() {
    return app;
  }

  /// Appends lines, all of them or none.
  ///
  /// @param segmentBytesMax a segment of this size is followed by another one
  void append(ByteBuffer lines, Instant at, long segmentBytesMax) throws IOException {
    appending.lock();
    try {
      Segment segment = growing(at, segmentBytesMax);
      int length = lines.remaining();
      try (FileChannel channel = FileChannel.open(segment.file(), APPEND)) {
        write(channel, lines);
      }
      grow(length);
    } finally {
      appending.unlock();
    }
  }

  /// The newest segment, or another one behind it when it is full or was damaged from outside.
  private Segment growing(Instant at, long segmentBytesMax) throws IOException {
    long start = end();
    Optional<Segment> newest = newestFirst().stream().findFirst();
    if (newest.isPresent()) {
      long known = start - newest.orElseThrow().base();
      Path file = newest.orElseThrow().file();
      if (known < segmentBytesMax && Files.exists(file) && Files.size(file) == known) {
        return newest.orElseThrow();
      }
    }
    Segment next = Segment.startAt(directory, start, at);
    Files.createDirectories(directory);
    Files.newByteChannel(next.file(), EnumSet.of(CREATE, WRITE)).close();
    put(next);
    return next;
  }

  private void put(Segment segment) {
    lock.lock();
    try {
      segments.put(segment.base(), segment);
    } finally {
      lock.unlock();
    }
  }

  private static void write(FileChannel channel, ByteBuffer lines) throws IOException {
    long before = channel.size();
    try {
      while (lines.hasRemaining()) {
        channel.write(lines);
      }
    } catch (IOException e) {
      channel.truncate(before);
      throw e;
    }
  }

  private void grow(long bytes) {
    lock.lock();
    try {
      end += bytes;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Where a place of the log lies.
  ///
  /// @param end where the segment ends now
  record Place(Segment segment, long end) {}

  /// Where to read what stands at a position, or what comes next when that was deleted; empty when
  /// nothing does.
  Optional<Place> locate(long position) {
    lock.lock();
    try {
      Map.Entry<Long, Segment> found = segments.floorEntry(position);
      if (found == null) {
        found = segments.firstEntry();
      }
      if (found == null || position >= end) {
        return Optional.empty();
      }
      Long next = segments.higherKey(found.getKey());
      return Optional.of(new Place(found.getValue(), next == null ? end : next));
    } finally {
      lock.unlock();
    }
  }

  /// Where the lines begin that were read at or after an instant, or some before them.
  long startOf(Optional<Instant> since) {
    lock.lock();
    try {
      long start = segments.isEmpty() ? end : segments.firstKey();
      for (Segment segment : segments.values()) {
        if (since.isPresent() && !segment.started().isAfter(since.orElseThrow())) {
          start = segment.base();
        }
      }
      return start;
    } finally {
      lock.unlock();
    }
  }

  List<Segment> newestFirst() {
    lock.lock();
    try {
      return List.copyOf(segments.descendingMap().values());
    } finally {
      lock.unlock();
    }
  }

  /// Where the next line will stand.
  long end() {
    lock.lock();
    try {
      return end;
    } finally {
      lock.unlock();
    }
  }

  /// Waits until the log has more than this. False when it was closed or given up instead.
  boolean awaitBeyond(long position, BooleanSupplier givenUp) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (end <= position && !closed && !givenUp.getAsBoolean()) {
        changed.await();
      }
      return !closed && !givenUp.getAsBoolean();
    } finally {
      lock.unlock();
    }
  }

  /// Lets those who wait look again.
  void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  long bytes() {
    lock.lock();
    try {
      return segments.isEmpty() ? 0 : end - segments.firstKey();
    } finally {
      lock.unlock();
    }
  }

  /// The segment that goes first when there is too much: never the newest, unless that alone is
  /// larger than the app's share.
  Optional<Segment> droppable(long shareBytes) {
    lock.lock();
    try {
      boolean spared = segments.size() == 1 && end - segments.firstKey() <= shareBytes;
      return segments.isEmpty() || spared
          ? Optional.empty()
          : Optional.of(segments.firstEntry().getValue());
    } finally {
      lock.unlock();
    }
  }

  /// Deletes a segment. Who is reading it reads on.
  void drop(Segment segment) throws IOException {
    appending.lock();
    try {
      lock.lock();
      try {
        segments.remove(segment.base());
      } finally {
        lock.unlock();
      }
      Files.deleteIfExists(segment.file());
    } finally {
      appending.unlock();
    }
  }

  /// Deletes all segments and the directory. Positions go on from where they were.
  void clear() throws IOException {
    appending.lock();
    try {
      for (Segment segment : newestFirst()) {
        drop(segment);
      }
      Files.deleteIfExists(directory);
    } finally {
      appending.unlock();
    }
  }

  /// Lets those who wait go: for them the log has ended.
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
