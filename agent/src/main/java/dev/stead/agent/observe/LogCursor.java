package dev.stead.agent.observe;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A place in an app's log from which the lines of a query are read, oldest first. One that follows
/// goes on with each line as it comes, without gap or double.
///
/// Lines are read from disk at the reader's pace: a slow one costs no memory. When what it was to
/// read next has been deleted for the budget, a line says how much was, and it goes on behind that.
///
/// One thread reads at a time; any may close it.
public final class LogCursor implements AutoCloseable {
  private final AppLog log;
  private final LogQuery query;
  private final InstantSource clock;
  // Where reading ends; never for one that follows.
  private final long limit;

  /// Held while a line is read, so that closing never takes the file away from the reader.
  private final Lock reading = new ReentrantLock();

  // guarded by reading
  private long position;
  private @Nullable Segment segment;
  private @Nullable LineReader reader;

  private volatile boolean closed;

  private LogCursor(AppLog log, LogQuery query, InstantSource clock, long position, long limit) {
    this.log = log;
    this.query = query;
    this.clock = clock;
    this.position = position;
    this.limit = limit;
  }

  static LogCursor untilNow(AppLog log, LogQuery query, InstantSource clock) throws IOException {
    long end = log.end();
    return new LogCursor(log, query, clock, start(log, query, end), end);
  }

  static LogCursor following(AppLog log, LogQuery query, InstantSource clock) throws IOException {
    return new LogCursor(log, query, clock, start(log, query, log.end()), Long.MAX_VALUE);
  }

  private static long start(AppLog log, LogQuery query, long end) throws IOException {
    return query.last().isEmpty()
        ? log.startOf(query.since())
        : startOfLast(log, query, query.last().getAsInt(), end);
  }

  /// Where the last so many matching lines begin, found from the newest segment backwards.
  private static long startOfLast(AppLog log, LogQuery query, int lines, long end)
      throws IOException {
    int missing = lines;
    long start = end;
    long segmentEnd = end;
    for (Segment segment : log.newestFirst()) {
      if (segment.base() >= end) {
        continue;
      }
      List<Long> matches = lastMatches(log.app(), query, missing, segment, segmentEnd);
      missing -= matches.size();
      start = matches.isEmpty() ? start : matches.getFirst();
      if (missing == 0 || query.since().map(segment.started()::isBefore).orElse(false)) {
        return start;
      }
      segmentEnd = segment.base();
    }
    return start;
  }

  /// Where the last matching lines of one segment stand.
  private static List<Long> lastMatches(
      String app, LogQuery query, int linesMax, Segment segment, long end) throws IOException {
    ArrayDeque<Long> last = new ArrayDeque<>();
    try (LineReader lines = new LineReader(segment, segment.base(), end)) {
      while (true) {
        Optional<LogLine> line = lines.next(app);
        if (line.isEmpty()) {
          return List.copyOf(last);
        }
        if (query.matches(line.orElseThrow())) {
          last.add(lines.lineStart());
        }
        if (last.size() > linesMax) {
          last.remove();
        }
      }
    } catch (FileNotFoundException _) {
      // Deleted for the budget since it was listed.
      return List.of();
    }
  }

  /// The next line. Waits for it when following; empty at the end, and when this or the store was
  /// closed.
  public Optional<LogLine> next() throws InterruptedException {
    reading.lock();
    try {
      while (!closed) {
        Optional<LogLine> line = read();
        if (line.isEmpty() && position < limit) {
          line = advance();
        } else {
          return line;
        }
        if (line.isPresent()) {
          return line;
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the log of " + log.app() + ": " + e, e);
    } finally {
      reading.unlock();
    }
  }

  /// The next matching line of the segment, as far as it has been written.
  private Optional<LogLine> read() throws IOException {
    while (reader != null && !closed) {
      Optional<LogLine> line = reader.next(log.app());
      position = reader.position();
      if (line.isEmpty() || query.matches(line.orElseThrow())) {
        return line;
      }
    }
    return Optional.empty();
  }

  /// Goes to where the next lines are, and waits for them when following. Tells of what was deleted
  /// before them.
  private Optional<LogLine> advance() throws IOException, InterruptedException {
    if (!log.awaitBeyond(position, () -> closed)) {
      closed = true;
      release();
      return Optional.empty();
    }
    Optional<AppLog.Place> place = log.locate(position);
    if (place.isEmpty()) {
      return skipTo(log.end());
    }
    Segment next = place.orElseThrow().segment();
    long end = Math.min(place.orElseThrow().end(), limit);
    if (next.base() > position) {
      return skipTo(next.base());
    }
    if (reader == null || !next.equals(segment)) {
      return open(next, end);
    }
    if (reader.end() < end) {
      reader.extend(end);
      return Optional.empty();
    }
    // The file is shorter than the log knows it: its end was lost in a power cut.
    return skipTo(end);
  }

  private Optional<LogLine> open(Segment next, long end) throws IOException {
    release();
    try {
      reader = new LineReader(next, position, end);
      segment = next;
      return Optional.empty();
    } catch (FileNotFoundException _) {
      return skipTo(end);
    }
  }

  private Optional<LogLine> skipTo(long later) throws IOException {
    release();
    long lost = later - position;
    position = later;
    LogTags tags = new LogTags(log.app(), 0, "stead", "stead");
    String text =
        "… %,d bytes of the log are gone: the budget was reached before they were read"
            .formatted(lost);
    return Optional.of(new LogLine(clock.instant(), tags, text));
  }

  private void release() throws IOException {
    if (reader != null) {
      reader.close();
      reader = null;
    }
  }

  @Override
  public void close() {
    closed = true;
    log.wake();
    reading.lock();
    try {
      release();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close the log of " + log.app() + ": " + e, e);
    } finally {
      reading.unlock();
    }
  }
}
