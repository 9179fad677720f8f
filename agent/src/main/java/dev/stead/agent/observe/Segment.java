package dev.stead.agent.observe;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/// One file of an app's log, `logs/APP/BASE.log`: a piece of what would otherwise be one endless
/// file.
///
/// @param base how many bytes of the log were written before it: its name in twenty digits. So a
///   place in the log is one number for ever, whatever was deleted before it
/// @param started when its first line was read
record Segment(Path file, long base, Instant started) {
  private static final String SUFFIX = ".log";
  private static final int SCAN_BYTES = 8 << 10;

  static Segment startAt(Path directory, long base, Instant started) {
    return new Segment(directory.resolve("%020d".formatted(base) + SUFFIX), base, started);
  }

  static boolean isOne(Path file) {
    return file.getFileName().toString().matches("\\d{20}\\.log");
  }

  /// A segment found on disk.
  static Segment of(String app, Path file) throws IOException {
    String name = file.getFileName().toString();
    long base = Long.parseLong(name.substring(0, name.length() - SUFFIX.length()));
    Segment segment = new Segment(file, base, Instant.EPOCH);
    try (LineReader lines = new LineReader(segment, base, base + segment.bytes())) {
      Instant started = lines.next(app).map(LogLine::at).orElse(Instant.EPOCH);
      return new Segment(file, base, started);
    }
  }

  long bytes() throws IOException {
    return Files.size(file);
  }

  /// Cuts a last line that has no end.
  void cutTorn() throws IOException {
    try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
      long end = access.length();
      byte[] bytes = new byte[SCAN_BYTES];
      while (end > 0) {
        long from = Math.max(0, end - SCAN_BYTES);
        int length = (int) (end - from);
        access.seek(from);
        access.readFully(bytes, 0, length);
        int last = lastLineEnd(bytes, length);
        end = from + last + 1;
        if (last >= 0) {
          break;
        }
      }
      if (end < access.length()) {
        access.setLength(end);
      }
    }
  }

  /// Where the last line of some bytes ends, −1 when none does.
  static int lastLineEnd(byte[] bytes, int length) {
    for (int i = length - 1; i >= 0; i--) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }
}
