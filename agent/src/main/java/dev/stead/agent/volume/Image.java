package dev.stead.agent.volume;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Set;

/// A file system in a file, which is how a volume gets a size that its app cannot exceed. All of
/// its space is taken from the disk as it is made: an app never meets a full disk below its own
/// limit.
///
/// It is ext4, mounted through a loop device. A torn making leaves `….making` behind, which the
/// next one overwrites.
final class Image {
  private static final Path LOOP = Path.of("/dev/loop-control");

  /// The smallest that is worth the file system's own needs.
  static final long BYTES_MIN = 16L << 20;

  private final Path file;
  private final Path point;

  Image(Volume volume) {
    this.file = volume.image();
    this.point = volume.directory();
  }

  boolean exists() {
    return Files.exists(file);
  }

  long bytes() throws IOException {
    return Files.size(file);
  }

  /// Why this machine cannot have one; empty when it may.
  static String hindrance() throws IOException {
    if (!isRoot()) {
      return "the agent does not run as root";
    }
    return Files.exists(LOOP) ? "" : "there is no " + LOOP;
  }

  static boolean isRoot() throws IOException {
    return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
  }

  /// Makes the file system.
  void make(long bytes) throws IOException {
    var making = file.resolveSibling(file.getFileName() + ".making");
    Files.deleteIfExists(making);
    try {
      Programs.run("fallocate", "-l", Long.toString(bytes), making.toString());
      Programs.run("mkfs.ext4", "-q", "-F", "-m", "0", making.toString());
      Files.move(making, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(making);
    }
  }

  /// Mounts it, unless it is. What a power cut left is mended first.
  void mount() throws IOException {
    if (isMounted()) {
      return;
    }
    // 1: errors were found and corrected.
    Programs.run(Set.of(0, 1), "e2fsck", "-p", file.toString());
    Files.createDirectories(point);
    Programs.run(
        "mount",
        "-t",
        "ext4",
        "-o",
        "loop,nosuid,nodev,noatime",
        file.toString(),
        point.toString());
    // Programs that want an empty directory would refuse one with this in it; fsck makes it anew.
    Files.deleteIfExists(point.resolve("lost+found"));
  }

  void unmount() throws IOException {
    if (isMounted()) {
      Programs.run("umount", point.toString());
    }
  }

  /// Makes it larger while it is in use; it stays as it was where the kernel refuses (that wants
  /// the right CAP_SYS_RESOURCE, which not every container has).
  void grow(long bytes) throws IOException {
    var before = bytes();
    var device = Programs.run("findmnt", "-n", "-o", "SOURCE", "--mountpoint", point.toString());
    Programs.run("fallocate", "-l", Long.toString(bytes), file.toString());
    try {
      Programs.run("losetup", "--set-capacity", device);
      Programs.run("resize2fs", device);
    } catch (IOException e) {
      Programs.run("truncate", "-s", Long.toString(before), file.toString());
      Programs.run("losetup", "--set-capacity", device);
      throw e;
    }
  }

  boolean isMounted() throws IOException {
    var wanted = point.toAbsolutePath().normalize().toString();
    return Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
        .map(line -> line.split(" ", 6)[4])
        .map(path -> path.replace("\\040", " "))
        .anyMatch(wanted::equals);
  }
}
