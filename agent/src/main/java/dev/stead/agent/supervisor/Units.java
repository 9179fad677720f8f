package dev.stead.agent.supervisor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// The service manager as this package uses it: units of our own, written where they are gone after
/// a reboot, and `systemctl`.
final class Units {
  private static final Path DIRECTORY = Path.of("/run/systemd/system");

  /// Writes a unit and has it known, unless it is known already as it is.
  void define(String unit, String text) throws IOException {
    Files.createDirectories(DIRECTORY);
    Path file = DIRECTORY.resolve(unit);
    if (Processes.read(file).filter(text::equals).isPresent()) {
      return;
    }
    Path temporary = DIRECTORY.resolve(unit + ".new");
    Files.writeString(temporary, text);
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    require("telling systemd of " + unit, Program.run("systemctl", "daemon-reload"));
  }

  boolean defined(String unit) {
    return Files.exists(DIRECTORY.resolve(unit));
  }

  void forget(String unit) throws IOException {
    Files.deleteIfExists(DIRECTORY.resolve(unit));
  }

  /// Starts a unit; returns when it runs, or has run and ended.
  Program.Result start(String unit) throws IOException {
    return Program.run("systemctl", "start", unit);
  }

  /// Has a unit started that somebody stopped; one that runs or waits to is left alone. Waits for
  /// nothing.
  void demand(String unit) throws IOException {
    Program.run("systemctl", "start", "--no-block", unit);
  }

  /// Ends a unit: politely, then after the grace by SIGKILL. Returns when it has ended.
  void stop(String unit, Duration grace) throws IOException {
    Process stopping =
        new ProcessBuilder("systemctl", "stop", unit)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      if (!stopping.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)) {
        kill(unit);
        stopping.waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while %s was stopped".formatted(unit), e);
    }
    // A unit that ended in failure is remembered for its failure alone.
    Program.run("systemctl", "reset-failed", unit);
  }

  /// Ends a unit as it says itself, and starts it again. Waits for nothing.
  void restart(String unit) throws IOException {
    require("restarting " + unit, Program.run("systemctl", "restart", "--no-block", unit));
  }

  void kill(String unit) throws IOException {
    Program.run("systemctl", "kill", "--signal=KILL", unit);
  }

  /// The names of the units of a pattern that are known.
  List<String> list(String pattern) throws IOException {
    Program.Result found =
        Program.run("systemctl", "list-units", "--all", "--plain", "--no-legend", pattern);
    require("listing units", found);
    return found
        .said()
        .lines()
        .map(line -> line.strip().split("\\s+", -1)[0])
        .filter(name -> name.endsWith(".service"))
        .toList();
  }

  private static void require(String what, Program.Result result) throws IOException {
    if (!result.succeeded()) {
      throw new IOException("%s failed: %s".formatted(what, result.said()));
    }
  }

  /// Words as an `ExecStart=` has them.
  static String command(List<String> words) {
    return words.stream()
        .map(word -> quoted(word).replace("$", "$$"))
        .collect(Collectors.joining(" "));
  }

  /// A word in a unit's line, whatever is in it (systemd.syntax(7)).
  static String quoted(String word) {
    var text = new StringBuilder("\"");
    for (byte each : word.getBytes(StandardCharsets.UTF_8)) {
      switch (each) {
        case '"', '\\' -> text.append('\\').append((char) each);
        case '%' -> text.append("%%");
        case '\n' -> text.append("\\n");
        default -> {
          if (each >= ' ') {
            text.append((char) each);
          } else {
            text.append("\\x%02x".formatted(each & 0xFF));
          }
        }
      }
    }
    return text.append('"').toString();
  }
}
