package dev.stead.rig.server;

import dev.stead.rig.host.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/// The disk of a server: an ext4 file system in a sparse file, mounted over the base that all
/// servers of a release share. All that the server ever writes is on it.
///
/// ```
/// image   the ext4 file system
/// disk    where it is mounted; in it `upper` and `work` for overlayfs
/// root    the server's root: upper over the base
/// ```
final class Disk {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /// `FS_IOC_SHUTDOWN` with `EXT4_GOING_FLAGS_NOLOGFLUSH`: from this moment nothing more gets from
  /// memory to the disk, as when the power fails.
  private static final String SHUT_DOWN =
      "import fcntl, os, struct, sys;"
          + "fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8004587d, struct.pack('I', 2))";

  private final Path base;
  private final Path directory;

  private Disk(Path base, Path directory) {
    this.base = base;
    this.directory = directory;
  }

  static Disk format(Path base, Path directory, int mebibytes) {
    var disk = new Disk(base, directory);
    try {
      for (var part : List.of(disk.mounted(), disk.root())) {
        Files.createDirectories(part);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("making directories in " + directory, e);
    }
    HostCommand.run("truncate", "--size", mebibytes + "M", disk.image());
    var lazy = "nodiscard,lazy_itable_init=1,lazy_journal_init=1";
    HostCommand.run("mkfs.ext4", "-q", "-F", "-m", "0", "-E", lazy, disk.image());
    return disk;
  }

  Path root() {
    return directory.resolve("root");
  }

  /// Mounts it unless it is.
  void mount() {
    if (Mounts.within(root()).contains(root())) {
      return;
    }
    HostCommand.run("mount", "-o", "loop", image(), mounted().toString());
    HostCommand.run("mkdir", "-p", upper().toString(), work().toString());
    var layers =
        String.format(Locale.ROOT, "lowerdir=%s,upperdir=%s,workdir=%s", base, upper(), work());
    HostCommand.run("mount", "-t", "overlay", "-o", layers, "stead-rig", root().toString());
  }

  /// What was not synced is lost. Everything on it fails until it is mounted again.
  void cutPower() {
    HostCommand.run("python3", "-c", SHUT_DOWN, mounted().toString());
  }

  void unmount() {
    Traces.removeLock(root());
    Mounts.remove(root());
    Mounts.remove(mounted());
    Eventually.until("the end of the device of " + image(), PATIENCE, this::isDetached);
  }

  /// Unmounts it, and removes it with all that was on it.
  void delete() {
    unmount();
    HostCommand.run("rm", "-rf", "--one-file-system", directory.toString());
  }

  private boolean isDetached() {
    return HostCommand.run("losetup", "--associated", image()).isBlank();
  }

  /// What the machine printed. It is not on the disk, so that it can be read when that is broken.
  Path console() {
    return directory.resolve("console");
  }

  /// Makes sure that what has been written so far survives a power cut.
  void sync() {
    HostCommand.run("sync", "--file-system", mounted().toString());
  }

  private String image() {
    return directory.resolve("image").toString();
  }

  private Path mounted() {
    return directory.resolve("disk");
  }

  private Path upper() {
    return mounted().resolve("upper");
  }

  private Path work() {
    return mounted().resolve("work");
  }
}
