package dev.stead.agent.observe;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/// One file that an instance prints to, and how far it has been taken into the logs.
///
/// That is remembered in `FILE.offset` beside it, as twenty digits and a newline, written after the
/// lines were appended: an agent that is killed in between takes its last batch (up to 256 KiB)
/// twice, and loses none. When it is torn or gone the file is taken from its start again.
///
/// A line is taken once it has its end, or once there is a batch of it. Used by the collector's
/// thread alone.
final class TailedOutput {
  private static final int BATCH_BYTES = 256 << 10;

  /// What is left on disk for those who read the file's end themselves.
  private static final int KEPT_BYTES = 256 << 10;

  private static final int FREED_BYTES_MIN = 8 << 20;
  private static final int OFFSET_DIGITS = 20;

  private final Path file;
  private final Path offsetFile;
  private final LogTags tags;
  private final HolePuncher puncher;
  private final byte[] batch = new byte[BATCH_BYTES];
  private long offset;
  private long seen;
  private long freed;
  private boolean failing;

  TailedOutput(Path file, LogTags tags, HolePuncher puncher) {
    this.file = file;
    this.offsetFile = file.resolveSibling(file.getFileName() + ".offset");
    this.tags = tags;
    this.puncher = puncher;
    this.offset = readOffset();
    this.seen = offset;
  }

  Path file() {
    return file;
  }

  /// Takes a batch of whole lines. True when there is more to take at once.
  boolean take(LogStore store, Instant now) throws IOException {
    if (Files.notExists(file)) {
      return false;
    }
    long size = Files.size(file);
    if (size < offset) {
      // Truncated, or another file: all of it is new.
      offset = 0;
      seen = 0;
      freed = 0;
    }
    if (size == seen) {
      return false;
    }
    int length = read();
    int whole = wholeLines(length);
    if (whole > 0) {
      append(store, now, whole);
      free();
    }
    seen = offset + length - whole;
    return whole > 0 && seen < size;
  }

  /// Takes what is left, also a line without its end.
  void takeRest(LogStore store, Instant now) throws IOException {
    if (Files.exists(file) && Files.size(file) > offset) {
      append(store, now, read());
    }
  }

  /// Notes that taking failed. True when it did not fail before.
  boolean failed() {
    boolean first = !failing;
    failing = true;
    return first;
  }

  void recovered() {
    failing = false;
  }

  private int read() throws IOException {
    try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "r")) {
      access.seek(offset);
      int length = 0;
      int read = 0;
      while (read >= 0 && length < BATCH_BYTES) {
        length += read;
        read = access.read(batch, length, BATCH_BYTES - length);
      }
      return length;
    }
  }

  /// How many of the bytes to take: up to the last line's end; all, up to a whole character, when
  /// the batch is full without one.
  private int wholeLines(int length) {
    int end = Segment.lastLineEnd(batch, length) + 1;
    if (end > 0 || length < BATCH_BYTES) {
      return end;
    }
    return LineFormat.wholeCharacters(batch, 0, BATCH_BYTES - 1);
  }

  private void append(LogStore store, Instant now, int length) throws IOException {
    int from = 0;
    while (from < length && batch[from] == 0) {
      // A hole: taken and freed before, when the offset was not lost.
      from++;
    }
    if (from < length) {
      String text =
          new String(batch, from, length - from, StandardCharsets.UTF_8).replace("\r\n", "\n");
      store.append(tags, now, text.endsWith("\n") ? text.substring(0, text.length() - 1) : text);
    }
    offset += length;
    writeOffset();
  }

  private long readOffset() {
    try {
      if (Files.notExists(offsetFile)) {
        return 0;
      }
      String digits = Files.readString(offsetFile, StandardCharsets.US_ASCII).strip();
      return digits.matches("\\d{" + OFFSET_DIGITS + "}") ? Long.parseLong(digits) : 0;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read %s: %s".formatted(offsetFile, e), e);
    }
  }

  private void writeOffset() throws IOException {
    try (RandomAccessFile access = new RandomAccessFile(offsetFile.toFile(), "rw")) {
      access.write("%020d\n".formatted(offset).getBytes(StandardCharsets.US_ASCII));
    }
  }

  private void free() {
    long free = offset - KEPT_BYTES;
    if (free - freed >= FREED_BYTES_MIN) {
      puncher.punch(file, free);
      freed = free;
    }
  }
}
