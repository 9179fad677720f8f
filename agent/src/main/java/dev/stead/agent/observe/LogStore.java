package dev.stead.agent.observe;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/// The logs of all apps, within a budget. Each app's lie in a directory of its own, in segments
/// (see [LineFormat]); when there is more than the budget, the oldest segment of all goes, but an
/// app keeps its newest one as long as that is within its share. Safe for concurrent use.
///
/// Lines are handed to the system, not forced to disk: they survive the agent, the last ones do not
/// survive a power cut.
public final class LogStore implements AutoCloseable {
  public static final long BUDGET_BYTES_MIN = 1 << 20;

  private static final long SEGMENT_BYTES_MAX = 4 << 20;
  private static final long SEGMENT_BYTES_MIN = 64 << 10;
  // So that what an app must keep at least is well below its share of the budget.
  private static final int SEGMENTS_PER_SHARE = 4;

  private final Path directory;
  private final long budgetBytes;
  private final InstantSource clock;
  private final Map<String, AppLog> apps = new ConcurrentHashMap<>();
  private final Lock pruning = new ReentrantLock();
  private volatile boolean closed;

  private LogStore(Path directory, long budgetBytes, InstantSource clock) {
    this.directory = directory;
    this.budgetBytes = budgetBytes;
    this.clock = clock;
  }

  /// Opens the logs in a directory, or makes one.
  ///
  /// @throws UncheckedIOException when they cannot be read or written
  public static LogStore open(Path directory, long budgetBytes, InstantSource clock) {
    if (budgetBytes < BUDGET_BYTES_MIN) {
      throw new IllegalArgumentException(
          "a budget of %d bytes for logs; it must be at least %d"
              .formatted(budgetBytes, BUDGET_BYTES_MIN));
    }
    LogStore store = new LogStore(directory, budgetBytes, clock);
    try {
      Files.createDirectories(directory);
      try (Stream<Path> found = Files.list(directory)) {
        found
            .filter(Files::isDirectory)
            .map(app -> app.getFileName().toString())
            .filter(LogTags::isName)
            .forEach(store::log);
      }
      store.prune();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot open the logs in %s: %s".formatted(directory, e.getMessage()), e);
    }
    return store;
  }

  /// Appends what was printed: one or several lines, all or none of them. A line of more than 64
  /// KiB becomes several.
  ///
  /// @throws UncheckedIOException when the disk refuses
  public void append(LogTags tags, Instant at, String text) {
    AppLog log = log(tags.app());
    ByteBuffer lines = LineFormat.encode(tags, at, text);
    try {
      log.append(lines, at, segmentBytesMax());
      prune();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot write to the log of %s in %s: %s"
              .formatted(tags.app(), directory, e.getMessage()),
          e);
    }
  }

  /// The lines there are now that match. The caller closes the cursor.
  public LogCursor query(LogQuery query) {
    try {
      return LogCursor.untilNow(log(query.app()), query, clock);
    } catch (IOException e) {
      throw unreadable(query, e);
    }
  }

  /// The lines there are now that match, and those to come. The caller closes the cursor.
  public LogCursor follow(LogQuery query) {
    try {
      return LogCursor.following(log(query.app()), query, clock);
    } catch (IOException e) {
      throw unreadable(query, e);
    }
  }

  private UncheckedIOException unreadable(LogQuery query, IOException e) {
    return new UncheckedIOException(
        "cannot read the log of %s in %s: %s".formatted(query.app(), directory, e.getMessage()), e);
  }

  /// Deletes the log of an app. Whoever follows it goes on with what a later app of that name
  /// prints.
  ///
  /// @throws UncheckedIOException when the disk refuses
  public void remove(String app) {
    try {
      log(app).clear();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot delete the log of %s in %s: %s".formatted(app, directory, e.getMessage()), e);
    }
  }

  /// What all logs take on disk.
  public long bytes() {
    return apps.values().stream().mapToLong(AppLog::bytes).sum();
  }

  private AppLog log(String app) {
    if (closed) {
      throw new IllegalStateException("the log store is closed");
    }
    return apps.computeIfAbsent(LogTags.name(app), this::open);
  }

  private AppLog open(String app) {
    try {
      return AppLog.open(app, directory.resolve(app));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open the log of %s: %s".formatted(app, e), e);
    }
  }

  private long shareBytes() {
    long logs = apps.values().stream().filter(log -> log.bytes() > 0).count();
    return budgetBytes / Math.max(1, logs);
  }

  private long segmentBytesMax() {
    return Math.clamp(shareBytes() / SEGMENTS_PER_SHARE, SEGMENT_BYTES_MIN, SEGMENT_BYTES_MAX);
  }

  private record Droppable(AppLog log, Segment segment) {}

  /// Deletes the oldest segments while there is more than the budget.
  private void prune() throws IOException {
    if (bytes() <= budgetBytes) {
      return;
    }
    pruning.lock();
    try {
      Optional<Droppable> oldest = oldestDroppable();
      while (bytes() > budgetBytes && oldest.isPresent()) {
        oldest.orElseThrow().log().drop(oldest.orElseThrow().segment());
        oldest = oldestDroppable();
      }
    } finally {
      pruning.unlock();
    }
  }

  private Optional<Droppable> oldestDroppable() {
    long share = shareBytes();
    Stream<Droppable> candidates =
        List.copyOf(apps.values()).stream()
            .flatMap(
                log -> log.droppable(share).stream().map(segment -> new Droppable(log, segment)));
    return candidates.min(
        Comparator.comparing((Droppable candidate) -> candidate.segment().started())
            .thenComparing(candidate -> candidate.log().app()));
  }

  /// Ends whoever follows.
  @Override
  public void close() {
    closed = true;
    apps.values().forEach(AppLog::close);
  }
}
