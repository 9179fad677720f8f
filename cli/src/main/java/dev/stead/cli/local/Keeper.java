package dev.stead.cli.local;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The shell loop that keeps agent and edge of one home running (`keeper.sh`, which says how), as
/// the command line starts and ends it.
public final class Keeper {
  /// The exit code of a keeper that finds another one at work (EX_TEMPFAIL).
  public static final int ANOTHER_KEEPS = 75;

  private static final String SCRIPT = "keeper.sh";
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

  private final Home home;

  public Keeper(Home home) {
    this.home = home;
  }

  /// Starts a keeper in a session of its own, so that neither this process' end nor its terminal
  /// reaches it. A home that has one already keeps that one.
  ///
  /// @param distribution where `bin/stead-agent` and `bin/stead-edge` lie
  public Process start(Path distribution) throws IOException {
    Files.createDirectories(
        home.path(),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    var script = home.path().resolve(SCRIPT);
    writeScript(script);
    var log = ProcessBuilder.Redirect.appendTo(home.log("agent").toFile());
    return new ProcessBuilder(
            "setsid", "/bin/sh", script.toString(), home.path().toString(), distribution.toString())
        .directory(home.path().toFile())
        .redirectInput(Path.of("/dev/null").toFile())
        .redirectOutput(log)
        .redirectError(log)
        .start();
  }

  // Replaced as a whole: a keeper that runs goes on reading the file that it has open.
  private void writeScript(Path script) throws IOException {
    var next = home.path().resolve(SCRIPT + ".new");
    try (InputStream text = Objects.requireNonNull(Keeper.class.getResourceAsStream(SCRIPT))) {
      Files.copy(text, next, StandardCopyOption.REPLACE_EXISTING);
    }
    Files.move(next, script, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /// The keeper, agent and edge of this home that run now.
  public List<ProcessHandle> processes() {
    return ProcessHandle.allProcesses().filter(this::isOurs).toList();
  }

  /// Waits until none of these processes is alive.
  ///
  /// @return those that still are when the time is over
  public static List<ProcessHandle> awaitEnd(List<ProcessHandle> processes, Duration within)
      throws IOException {
    long deadline = System.nanoTime() + within.toNanos();
    for (var process : processes) {
      awaitEnd(process, deadline);
    }
    return processes.stream().filter(ProcessHandle::isAlive).toList();
  }

  private static void awaitEnd(ProcessHandle process, long deadline) throws IOException {
    try {
      process.onExit().get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      // Said by the caller, who asks which are still alive.
      return;
    } catch (ExecutionException e) {
      throw new IOException("waiting for the end of process " + process.pid(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for the end of " + process.pid(), e);
    }
  }

  /// Ends what runs of this home by signals: TERM to the keeper's loops, which end agent and edge,
  /// then KILL to what is left. Looks again until nothing is found, since a loop may start a
  /// program while the others are ended.
  public void end(Duration patience) throws IOException {
    for (var all = processes(); !all.isEmpty(); all = processes()) {
      all.stream().filter(this::isKeeper).forEach(ProcessHandle::destroy);
      var left = awaitEnd(all, patience);
      left.forEach(ProcessHandle::destroyForcibly);
      awaitEnd(left, BETWEEN_LOOKS.multipliedBy(20));
    }
  }

  /// Ends the instances of this home, for when there is no agent to do it: TERM to each process
  /// that carries the mark of its shim, then KILL to what is left.
  ///
  /// @return how many processes there were
  public int endInstances(Duration patience) throws IOException {
    var all = ProcessHandle.allProcesses().filter(this::isInstance).toList();
    all.forEach(ProcessHandle::destroy);
    var left = awaitEnd(all, patience);
    left.forEach(ProcessHandle::destroyForcibly);
    awaitEnd(left, BETWEEN_LOOKS.multipliedBy(20));
    return all.size();
  }

  private boolean isKeeper(ProcessHandle process) {
    return arguments(process).contains(home.path().resolve(SCRIPT).toString());
  }

  /// Whether a process was started for this home: by its arguments, since a pid in a file may have
  /// become a stranger's, and the user's own shell may have STEAD_HOME in its environment.
  private boolean isOurs(ProcessHandle process) {
    var arguments = arguments(process);
    int option = arguments.indexOf("--home");
    return arguments.contains(home.path().resolve(SCRIPT).toString())
        || (option > 0
            && option + 1 < arguments.size()
            && arguments.get(option + 1).equals(home.path().toString()));
  }

  private boolean isInstance(ProcessHandle process) {
    var mark = "STEAD_SHIM=" + home.path().resolve("instances") + "/";
    return words(process, "environ").stream().anyMatch(word -> word.startsWith(mark));
  }

  private static List<String> arguments(ProcessHandle process) {
    return words(process, "cmdline");
  }

  // As ISO 8859-1, which reads any byte: arguments and variables need not be UTF-8.
  private static List<String> words(ProcessHandle process, String file) {
    try {
      var bytes = Files.readAllBytes(Path.of("/proc/" + process.pid() + "/" + file));
      return Arrays.asList(new String(bytes, StandardCharsets.ISO_8859_1).split("\0"));
    } catch (IOException e) {
      // It has ended since, or is another user's.
      return List.of();
    }
  }
}
