package dev.stead.rig.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What a systemd-nspawn that is killed leaves in `/run`: a directory for mounts to propagate by,
/// and a lock on the root directory, which is named by device and inode.
final class Traces {
  private static final Path PROPAGATED = Path.of("/run/systemd/nspawn/propagate");
  private static final Path LOCKS = Path.of("/run/systemd/nspawn/locks");

  private Traces() {}

  static List<Path> ofMachines(String prefix) {
    if (!Files.exists(PROPAGATED)) {
      return List.of();
    }
    try (var machines = Files.list(PROPAGATED)) {
      return machines
          .filter(machine -> machine.getFileName().toString().startsWith(prefix))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("listing " + PROPAGATED, e);
    }
  }

  /// Removes those of all machines whose name begins so.
  static void removeOfMachines(String prefix) {
    ofMachines(prefix)
        .forEach(machine -> HostCommand.run("rm", "-rf", "--one-file-system", machine.toString()));
  }

  static void removeOfMachine(String machine) {
    HostCommand.run("rm", "-rf", "--one-file-system", PROPAGATED.resolve(machine).toString());
  }

  /// Removes the lock on a root directory, while it is still mounted.
  static void removeLock(Path root) {
    try {
      var lock =
          "inode-%s:%s"
              .formatted(
                  Files.getAttribute(root, "unix:dev"), Files.getAttribute(root, "unix:ino"));
      Files.deleteIfExists(LOCKS.resolve(lock));
    } catch (IOException e) {
      throw new UncheckedIOException("removing the lock on " + root, e);
    }
  }
}
