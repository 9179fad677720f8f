package dev.stead.store.rocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/// An ext4 of a few megabytes in a file, mounted by a loop device. Only root may have one: without,
/// the test is skipped and says so; with `CI=true` it fails.
final class SmallDisk implements AutoCloseable {
  private final Path at;
  private final FileStore disk;

  private SmallDisk(Path at) throws IOException {
    this.at = at;
    this.disk = Files.getFileStore(at);
  }

  /// @param directory where its image lies, and the directory that it is mounted at
  static SmallDisk mount(Path directory, int mebibytes) throws Exception {
    requireRoot();
    Path image = directory.resolve("image");
    Path at = Files.createDirectory(directory.resolve("disk"));
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength((long) mebibytes << 20);
    }
    run("mkfs.ext4", "-q", "-m", "0", image.toString());
    run("mount", "-o", "loop", image.toString(), at.toString());
    return new SmallDisk(at);
  }

  private static void requireRoot() {
    if (!"root".equals(System.getProperty("user.name"))) {
      String reason = "a full disk needs a file system of its own, which only root may mount";
      if ("true".equals(System.getenv("CI"))) {
        throw new IllegalStateException(reason);
      }
      System.err.println("SKIPPED: " + reason);
      abort(reason);
    }
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).inheritIO().start();
    assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
  }

  Path path() {
    return at;
  }

  long freeBytes() throws IOException {
    return disk.getUsableSpace();
  }

  /// Takes away all room but so much.
  void fill(long leftBytes) throws IOException, InterruptedException {
    run("fallocate", "-l", Long.toString(freeBytes() - leftBytes), ballast().toString());
  }

  /// Gives it back.
  void clear() throws IOException {
    Files.delete(ballast());
  }

  private Path ballast() {
    return at.resolve("ballast");
  }

  @Override
  public void close() throws IOException {
    try {
      run("umount", at.toString());
    } catch (InterruptedException e) {
      throw new IllegalStateException("unmounting " + at, e);
    }
  }
}
