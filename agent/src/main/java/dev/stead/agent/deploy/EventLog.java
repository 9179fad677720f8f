package dev.stead.agent.deploy;

import dev.stead.sdk.Event;
import dev.stead.sdk.Wire;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// The events of one operation: a file of JSON lines, written as they happen and read by any number
/// of followers, also after the operation and its agent have ended.
///
/// ```
/// operations/cv-k3v9x2.ndjson
/// {"type":"step-started","step":"PREPARE","text":"preparing cv v7"}
/// …
/// {"type":"finished","release":7,"urls":["http://cv.localhost:8080"],"problem":null}
/// ```
///
/// A line torn by the agent's death, or by a power cut that left NULs in its place, is not read,
/// and is cut off as the next agent opens the file; what the operation had said there is lost, what
/// it did stands in its journal.
final class EventLog {
  /// Most lines of users' commands that one operation keeps.
  static final int OUTPUT_LINES_MAX = 10_000;

  /// Longest line of a user's command that is kept whole.
  static final int OUTPUT_CHARS_MAX = 4_096;

  private final Path file;
  // A plain stream, not a channel: a channel is closed by an interrupt of the thread that writes.
  // Written under the lock, since the file's order is the events' order.
  private final OutputStream out;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition grown = lock.newCondition();
  // Guarded by the lock.
  private int events;
  private int outputs;
  private boolean ended;

  private EventLog(Path file, int events) throws IOException {
    this.file = file;
    this.events = events;
    this.out = new FileOutputStream(file.toFile(), true);
  }

  /// The log of an operation, empty or as far as an earlier agent wrote it.
  static EventLog open(Path file) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      return new EventLog(file, cutTornLine(file));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /// Whether the last event of a log is [Event.Finished].
  static boolean finished(Path file) {
    var last = new boolean[1];
    readWhole(file, 0, event -> last[0] = event instanceof Event.Finished);
    return last[0];
  }

  /// Hands over the events of an operation that has ended.
  static void replay(Path file, int from, Consumer<Event> each) {
    readWhole(file, from, each);
  }

  void append(Event event) {
    lock.lock();
    try {
      if (ended) {
        return;
      }
      if (event instanceof Event.Output && ++outputs > OUTPUT_LINES_MAX) {
        if (outputs == OUTPUT_LINES_MAX + 1) {
          write(new Event.Note("the command prints more than is kept here"));
        }
        return;
      }
      write(event);
      if (event instanceof Event.Finished) {
        ended = true;
        out.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write %s: %s".formatted(file, e.getMessage()), e);
    } finally {
      grown.signalAll();
      lock.unlock();
    }
  }

  void note(String text) {
    append(new Event.Note(text));
  }

  void output(String line) {
    append(
        new Event.Output(
            line.length() <= OUTPUT_CHARS_MAX ? line : line.substring(0, OUTPUT_CHARS_MAX) + "…"));
  }

  /// Lets the followers go, also without a last event when the agent is closing. Does nothing when
  /// that has been said.
  void abandon() {
    lock.lock();
    try {
      ended = true;
      out.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close %s: %s".formatted(file, e.getMessage()), e);
    } finally {
      grown.signalAll();
      lock.unlock();
    }
  }

  /// Hands over the events from number `from` as they happen, until the last one.
  void follow(int from, Consumer<Event> each) throws InterruptedException {
    var next = from;
    while (true) {
      int until;
      boolean last;
      lock.lock();
      try {
        while (events <= next && !ended) {
          grown.await();
        }
        until = events;
        last = ended;
      } finally {
        lock.unlock();
      }
      readLines(file, next, until, each);
      next = Math.max(next, until);
      if (last) {
        return;
      }
    }
  }

  private void write(Event event) throws IOException {
    out.write(
        (new String(Wire.write(event), StandardCharsets.UTF_8) + "\n")
            .getBytes(StandardCharsets.UTF_8));
    out.flush();
    events++;
  }

  private static void readWhole(Path file, int from, Consumer<Event> each) {
    try {
      readLines(file, from, Whole.of(file).lines(), each);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static void readLines(Path file, int from, int until, Consumer<Event> each) {
    try (var lines = Files.lines(file)) {
      lines
          .limit(until)
          .skip(from)
          .map(line -> Wire.read(line.getBytes(StandardCharsets.UTF_8), Event.class))
          .forEach(each);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static int cutTornLine(Path file) throws IOException {
    if (Files.notExists(file)) {
      return 0;
    }
    var whole = Whole.of(file);
    if (whole.bytes() < Files.size(file)) {
      try (var torn = new RandomAccessFile(file.toFile(), "rw")) {
        torn.setLength(whole.bytes());
      }
    }
    return whole.lines();
  }

  /// What is whole at the begin of a log: complete lines before the first NUL, which stands where a
  /// power cut took what had not reached the disk.
  private record Whole(int lines, int bytes) {
    static Whole of(Path file) throws IOException {
      var bytes = Files.readAllBytes(file);
      var lines = 0;
      var end = 0;
      for (var i = 0; i < bytes.length && bytes[i] != 0; i++) {
        if (bytes[i] == '\n') {
          lines++;
          end = i + 1;
        }
      }
      return new Whole(lines, end);
    }
  }
}
