package dev.stead.agent.api;

import dev.stead.agent.supervisor.Exit;
import dev.stead.agent.supervisor.Supervisor;
import dev.stead.agent.supervisor.Task;
import dev.stead.agent.supervisor.TaskSpec;
import dev.stead.sdk.Answers;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import dev.stead.sdk.Requests;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// The one-off commands under way. Each belongs to the one client that reads its output: it ends
/// when that client leaves, and when none comes.
///
/// The output travels as frames, the command's output and error output as they come and then one
/// end:
///
/// ```
/// 1 byte    1 output, 2 error output, 3 the end
/// 4 bytes   length of what follows, big-endian
/// n bytes   what was printed; of the end: the exit code in decimal, as a shell would say it
/// ```
final class Runs implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Runs.class.getName());

  /// Most commands at once.
  static final int RUNS_MAX = 16;

  /// How long a command waits for the client that reads it.
  static final Duration UNREAD_MAX = Duration.ofSeconds(30);

  private static final int BUFFER_BYTES = 16 << 10;
  private static final byte OUTPUT = 1;
  private static final byte ERROR_OUTPUT = 2;
  private static final byte END = 3;

  /// As far as shells give them numbers; the exit code is 128 and that number.
  private static final Map<String, Integer> SIGNALS =
      Map.of(
          "HUP", 1, "INT", 2, "QUIT", 3, "ILL", 4, "ABRT", 6, "FPE", 8, "KILL", 9, "SEGV", 11,
          "PIPE", 13, "TERM", 15);

  private final Supervisor supervisor;
  private final Duration unreadMax;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Run> runs = new ConcurrentHashMap<>();

  Runs(Supervisor supervisor, Duration unreadMax) {
    this.supervisor = supervisor;
    this.unreadMax = unreadMax;
  }

  private record Run(Task task, CountDownLatch read) {}

  Answers.RunStarted start(TaskSpec spec) {
    if (runs.size() >= RUNS_MAX) {
      throw new ProblemException(
          Problem.of(
              Code.BUSY,
              "running " + String.join(" ", spec.command()),
              "%d commands are under way, which is the most at once".formatted(RUNS_MAX)));
    }
    var id = HexFormat.of().toHexDigits(random.nextLong());
    var run = new Run(supervisor.run(spec), new CountDownLatch(1));
    runs.put(id, run);
    Thread.ofVirtual().name("run " + id + " unread").start(() -> endUnlessRead(id, run));
    return new Answers.RunStarted(id);
  }

  /// Sends what a run prints, until its end; returns when the run has ended.
  void output(String id, Exchange exchange) throws IOException, InterruptedException {
    var run = find(id);
    synchronized (run) {
      if (run.read.getCount() == 0) {
        throw new IllegalArgumentException("the output of run " + id + " is being read already");
      }
      run.read.countDown();
    }
    exchange.whenClientLeaves(
        () -> Thread.ofVirtual().name("run " + id + " left").start(() -> end(id)));
    try (var frames = exchange.stream("application/octet-stream")) {
      var errors =
          Thread.ofVirtual()
              .name("run " + id + " error output")
              .start(() -> forward(run.task.errorOutput(), ERROR_OUTPUT, frames));
      forward(run.task.output(), OUTPUT, frames);
      errors.join();
      finish(run.task.await(), frames);
    } finally {
      end(id);
    }
  }

  /// Feeds a run until the stream ends or is cut.
  void input(String id, InputStream from) throws IOException {
    var run = find(id);
    try (var input = run.task.input()) {
      var buffer = new byte[BUFFER_BYTES];
      for (var n = from.read(buffer); n >= 0; n = from.read(buffer)) {
        if (!fed(input, buffer, n)) {
          return;
        }
      }
    }
  }

  void resize(String id, Requests.TerminalSize size) {
    find(id).task.resize(new TaskSpec.Terminal(size.columns(), size.rows()));
  }

  @Override
  public void close() {
    runs.keySet().forEach(this::end);
  }

  private Run find(String id) {
    var run = runs.get(id);
    if (run == null) {
      throw new ProblemException(
          Problem.of(Code.NOT_FOUND, "using run " + id, "there is no such run, or it has ended"));
    }
    return run;
  }

  private void endUnlessRead(String id, Run run) {
    try {
      if (!run.read.await(unreadMax.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.log(Level.WARNING, "ending run {0}: nobody came to read its output", id);
        end(id);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void end(String id) {
    var run = runs.remove(id);
    if (run != null) {
      run.read.countDown();
      run.task.close();
    }
  }

  // A terminal says its end with an error (EIO) instead of an end of stream.
  private static void forward(InputStream from, byte kind, OutputStream frames) {
    var buffer = new byte[BUFFER_BYTES];
    try {
      for (var n = from.read(buffer); n >= 0; n = from.read(buffer)) {
        frames.write(frame(kind, buffer, n));
      }
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "the output of a run ended", e);
    }
  }

  // A command may end, or close its input, before all of it has come.
  private static boolean fed(OutputStream input, byte[] bytes, int length) {
    try {
      input.write(bytes, 0, length);
      input.flush();
      return true;
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "a run takes no more input", e);
      return false;
    }
  }

  private static void finish(Exit exit, OutputStream frames) throws IOException {
    if (!(exit instanceof Exit.Code)) {
      var why = ("stead: " + exit.explain() + "\n").getBytes(StandardCharsets.UTF_8);
      frames.write(frame(ERROR_OUTPUT, why, why.length));
    }
    var code = Integer.toString(code(exit)).getBytes(StandardCharsets.US_ASCII);
    frames.write(frame(END, code, code.length));
  }

  private static int code(Exit exit) {
    return switch (exit) {
      case Exit.Code code -> code.code();
      case Exit.Signal signal -> 128 + SIGNALS.getOrDefault(signal.signal(), 0);
      case Exit.OutOfMemory _ -> 128 + 9;
      case Exit.NotLaunched _ -> 127;
      case Exit.Unknown _, Exit.NotAlive _ -> 255;
    };
  }

  private static byte[] frame(byte kind, byte[] bytes, int length) {
    return ByteBuffer.allocate(5 + length).put(kind).putInt(length).put(bytes, 0, length).array();
  }
}
