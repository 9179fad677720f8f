package dev.stead.agent.observe;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.Arrays;
import java.util.Optional;

/// Reads the lines of one segment one after another, a few tens of KiB in memory at a time. It
/// holds the file open, and so reads on when that is deleted.
final class LineReader implements AutoCloseable {
  private static final int CHUNK_BYTES = 32 << 10;

  private final RandomAccessFile access;
  private long end;
  private byte[] chunk = new byte[CHUNK_BYTES];
  private int from;
  private int to;
  private long position;
  private long lineStart;

  /// @param position where in the log to begin: the start of a line in the segment
  /// @param end where to stop
  LineReader(Segment segment, long position, long end) throws IOException {
    this.access = new RandomAccessFile(segment.file().toFile(), "r");
    this.position = position;
    this.lineStart = position;
    this.end = end;
    try {
      access.seek(position - segment.base());
    } catch (IOException e) {
      access.close();
      throw e;
    }
  }

  /// Where reading stops.
  long end() {
    return end;
  }

  /// Reads on to a later end.
  void extend(long later) {
    end = later;
  }

  /// Where in the log the next line begins.
  long position() {
    return position;
  }

  /// Where in the log the line began that was read last.
  long lineStart() {
    return lineStart;
  }

  /// The next line; empty at the end. What is no line is skipped.
  Optional<LogLine> next(String app) throws IOException {
    while (true) {
      int lineEnd = lineEnd();
      if (lineEnd < 0) {
        return Optional.empty();
      }
      lineStart = position;
      byte[] bytes = Arrays.copyOfRange(chunk, from, lineEnd);
      position += lineEnd + 1 - from;
      from = lineEnd + 1;
      Optional<LogLine> line = LineFormat.decode(app, bytes);
      if (line.isPresent()) {
        return line;
      }
    }
  }

  /// Where the next line ends in the chunk, which is filled until it does; −1 at the end.
  private int lineEnd() throws IOException {
    int scanned = from;
    while (true) {
      for (int i = scanned; i < to; i++) {
        if (chunk[i] == '\n') {
          return i;
        }
      }
      scanned = to - from;
      if (!fill()) {
        return -1;
      }
    }
  }

  /// Moves what is left to the chunk's start and reads behind it.
  private boolean fill() throws IOException {
    int left = to - from;
    long unread = end - position - left;
    if (unread <= 0) {
      return false;
    }
    byte[] target = left < chunk.length ? chunk : new byte[chunk.length * 2];
    System.arraycopy(chunk, from, target, 0, left);
    chunk = target;
    int read = access.read(chunk, left, (int) Math.min(chunk.length - left, unread));
    from = 0;
    to = left + Math.max(0, read);
    return read > 0;
  }

  @Override
  public void close() throws IOException {
    access.close();
  }
}
