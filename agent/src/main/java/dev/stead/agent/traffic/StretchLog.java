package dev.stead.agent.traffic;

import dev.stead.sdk.Wire;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Stretches of one resolution on the disk: a file for each so many of them, named by the second
/// since 1970 that it begins at, a line of JSON for each stretch:
///
/// ```
/// minutes/1795690800.ndjson
///   {"from":"2026-11-26T11:00:00Z","releases":[{"service":"cv","release":7,"in-flight":2,"streams":0,
///     "bytes-in":0,"bytes-out":5120,"outcomes":{"2xx":{"sum-micros":81234,"counts":[31,12,32,7]}}}]}
/// ```
///
/// A stretch in which nothing was served has no line, one that was interrupted may have two. A line
/// that was torn as the power went is cut off when the log is opened. Nothing waits for the disk:
/// what is lost with the power are the last minutes. One thread appends; any may read.
final class StretchLog {
  private static final String SUFFIX = ".ndjson";

  private final Path directory;
  private final Span span;

  /// What is kept, and in what pieces.
  ///
  /// @param file what a file covers; a day is a multiple of it
  /// @param kept for so long
  /// @param bytesMax of all files together; the oldest goes first, the newest always stays
  record Span(Duration file, Duration kept, long bytesMax) {}

  private StretchLog(Path directory, Span span) {
    this.directory = directory;
    this.span = span;
  }

  static StretchLog open(Path directory, Span span) throws IOException {
    Files.createDirectories(directory);
    var log = new StretchLog(directory, span);
    var files = log.files();
    if (!files.isEmpty()) {
      mend(files.lastEntry().getValue());
    }
    return log;
  }

  private static void mend(Path file) throws IOException {
    try (var bytes = new RandomAccessFile(file.toFile(), "rw")) {
      var end = bytes.length();
      while (end > 0 && byteAt(bytes, end - 1) != '\n') {
        end--;
      }
      bytes.setLength(end);
    }
  }

  private static int byteAt(RandomAccessFile file, long position) throws IOException {
    file.seek(position);
    return file.read();
  }

  /// Appends a stretch, and deletes what is too old or too much.
  void append(Stretch stretch) throws IOException {
    var line = new String(Wire.write(stretch), StandardCharsets.UTF_8) + "\n";
    // No channel: an interrupted thread would tear the line.
    try (var file = new FileOutputStream(file(stretch.from()).toFile(), true)) {
      file.write(line.getBytes(StandardCharsets.UTF_8));
    }
    prune(stretch.from());
  }

  private Path file(Instant at) {
    var seconds = span.file().toSeconds();
    return directory.resolve(Math.floorDiv(at.getEpochSecond(), seconds) * seconds + SUFFIX);
  }

  private void prune(Instant now) throws IOException {
    var files = files();
    var oldest = now.minus(span.kept()).minus(span.file());
    var bytes = 0L;
    for (var file : files.values()) {
      bytes += Files.size(file);
    }
    while (files.size() > 1 && (bytes > span.bytesMax() || files.firstKey().isBefore(oldest))) {
      var file = files.pollFirstEntry().getValue();
      bytes -= Files.size(file);
      Files.delete(file);
    }
  }

  /// By the time they begin at.
  private NavigableMap<Instant, Path> files() throws IOException {
    var found = new TreeMap<Instant, Path>();
    try (var all = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
      for (var file : all) {
        var name = file.getFileName().toString();
        var begin = Long.parseLong(name.substring(0, name.length() - SUFFIX.length()));
        found.put(Instant.ofEpochSecond(begin), file);
      }
    }
    return found;
  }

  /// Reads every stretch that begins in a time, in the order they were written in.
  ///
  /// @param until not included
  void read(Instant from, Instant until, Consumer<Stretch> each) throws IOException {
    var files = files();
    var first = files.floorKey(from);
    for (var file : files.tailMap(first == null ? from : first, true).headMap(until).values()) {
      read(file, stretch -> !stretch.from().isBefore(from) && stretch.from().isBefore(until), each);
    }
  }

  private static void read(Path file, Predicate<Stretch> wanted, Consumer<Stretch> each)
      throws IOException {
    try (var lines = Files.newBufferedReader(file)) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        parse(line).filter(wanted).ifPresent(each);
      }
    } catch (NoSuchFileException e) {
      // Too old since it was listed.
      return;
    }
  }

  /// A line that is being written, or cannot be read, must not hide the others: it is passed over.
  private static Optional<Stretch> parse(String line) {
    try {
      return Optional.of(Wire.read(line.getBytes(StandardCharsets.UTF_8), Stretch.class));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /// Whether what is kept reaches back so far.
  boolean covers(Instant from) throws IOException {
    return files().floorKey(from) != null;
  }

  /// When the oldest stretch that is kept begins.
  Optional<Instant> first() throws IOException {
    var files = files();
    return files.isEmpty()
        ? Optional.empty()
        : stretches(files.firstEntry().getValue()).stream().findFirst().map(Stretch::from);
  }

  /// When the stretch that was written last begins.
  Optional<Instant> last() throws IOException {
    var files = files();
    return files.isEmpty()
        ? Optional.empty()
        : stretches(files.lastEntry().getValue()).reversed().stream()
            .findFirst()
            .map(Stretch::from);
  }

  private static List<Stretch> stretches(Path file) throws IOException {
    var all = new ArrayList<Stretch>();
    read(file, _ -> true, all::add);
    return all;
  }
}
