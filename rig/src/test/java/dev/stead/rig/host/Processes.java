package dev.stead.rig.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The processes of this machine that belong to one Stead, as `/proc` shows them.
public final class Processes {
  private Processes() {}

  /// One process.
  ///
  /// @param command its arguments, joined by spaces
  public record Seen(long pid, String command) {
    boolean runs(String mainClass) {
      return command.contains(" " + mainClass);
    }
  }

  /// Everything that was started for a Stead home: by its environment, its arguments or the
  /// directory it works in. Zombies are not counted: they have ended.
  public static List<Seen> of(Path home) {
    return ProcessHandle.allProcesses()
        .filter(process -> belongs(process.pid(), home.toString()))
        .map(process -> new Seen(process.pid(), read(process.pid(), "cmdline")))
        .filter(seen -> !seen.command.isEmpty())
        .toList();
  }

  /// Sends a signal.
  ///
  /// @param name without `SIG`
  public static void signal(String name, long pid) {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(pid)).inheritIO().start().waitFor();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException("sending SIG%s to %d".formatted(name, pid), e);
    }
  }

  private static boolean belongs(long pid, String home) {
    return pid != ProcessHandle.current().pid()
        && (workingDirectory(pid).startsWith(home)
            || Stream.of("environ", "cmdline").anyMatch(file -> read(pid, file).contains(home)));
  }

  private static String workingDirectory(long pid) {
    try {
      return Files.readSymbolicLink(Path.of("/proc/" + pid + "/cwd")).toString();
    } catch (IOException e) {
      return ""; // it has ended, or is not ours to look at
    }
  }

  static String read(long pid, String file) {
    try {
      var bytes = Files.readAllBytes(Path.of("/proc/" + pid + "/" + file));
      return new String(bytes, StandardCharsets.UTF_8).replace('\0', ' ').strip();
    } catch (IOException e) {
      return ""; // it has ended, or is not ours to look at
    }
  }
}
