package dev.stead.rig.server;

import dev.stead.rig.host.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// The file systems that are mounted on this machine.
final class Mounts {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private Mounts() {}

  /// Where something is mounted at or below a directory, in the order of mounting.
  static List<Path> within(Path directory) {
    try (var lines = Files.lines(Path.of("/proc/self/mounts"))) {
      return lines
          .map(line -> Path.of(line.split(" ", -1)[1]))
          .filter(mount -> mount.startsWith(directory))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("listing mounts", e);
    }
  }

  /// Unmounts what is mounted there, if anything is. The last process or device that uses it may
  /// still be on its way out.
  static void remove(Path mount) {
    Eventually.until("unmounting " + mount, PATIENCE, () -> isGone(mount));
  }

  private static boolean isGone(Path mount) {
    return !within(mount).contains(mount) || HostCommand.succeeds("umount", mount.toString());
  }
}
