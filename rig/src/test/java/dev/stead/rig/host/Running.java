package dev.stead.rig.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// A call of the CLI under way. Closing it kills the CLI, not what it began.
public final class Running implements AutoCloseable {
  private final String command;
  private final Process process;
  private final Path out;
  private final Path err;

  public Running(String command, Process process, Path out, Path err) {
    this.command = command;
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /// Waits for its end.
  ///
  /// @throws AssertionError when it has not ended in time; it is killed then
  public Outcome await(Duration within) {
    try {
      if (!process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS)) {
        close();
        throw new AssertionError(
            "`%s` still ran after %s%n%s".formatted(command, within, printed()));
      }
      return new Outcome(command, process.exitValue(), read(out), read(err));
    } catch (InterruptedException e) {
      close();
      throw new IllegalStateException("interrupted while `" + command + "` ran", e);
    }
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  public long pid() {
    return process.pid();
  }

  /// What it has printed so far, output and errors.
  public String printed() {
    return read(out) + read(err);
  }

  public void awaitPrinted(String text, Duration within) {
    Eventually.until(
        () -> "'%s' from `%s`, which printed:%n%s".formatted(text, command, printed()),
        within,
        () -> printed().contains(text));
  }

  /// What Ctrl-C does.
  public void interrupt() {
    Processes.signal("INT", process.pid());
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException("reading what the CLI printed to " + file, e);
    }
  }
}
