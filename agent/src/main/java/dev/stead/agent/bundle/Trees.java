package dev.stead.agent.bundle;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import org.jspecify.annotations.Nullable;

/// Directory trees on the disk: made durable, measured, deleted. Symbolic links are never followed:
/// a release's volumes are links.
final class Trees {
  private Trees() {}

  /// Makes everything durable that was written to the disk of this directory. One flush of the
  /// whole file system: for many small files that is ten times faster than one after the other, and
  /// Java offers only the latter.
  static void force(Path directory) throws IOException {
    var sync =
        new ProcessBuilder("sync", "-f", directory.toString()).redirectErrorStream(true).start();
    try {
      sync.getOutputStream().close();
      var said = new String(sync.getInputStream().readAllBytes(), Charset.defaultCharset());
      if (sync.waitFor() != 0) {
        throw new IOException("sync -f %s failed: %s".formatted(directory, said.strip()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while making " + directory + " durable");
    } finally {
      sync.destroy();
    }
  }

  /// Makes the names in a directory durable.
  static void forceNames(Path directory) throws IOException {
    try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /// Deletes a tree, also one with read-only directories; does nothing when it is gone.
  static void delete(Path root) throws IOException {
    if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(root, new Deletion());
  }

  /// The bytes in a tree; a file with several names in it counts once.
  static long bytes(Path root) throws IOException {
    if (!Files.isDirectory(root)) {
      return 0;
    }
    var measure = new Measure();
    Files.walkFileTree(root, measure);
    return measure.bytes;
  }

  private static final class Deletion extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
        throws IOException {
      if (!Files.isWritable(directory)) {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.delete(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
        throws IOException {
      if (failure != null) {
        throw failure;
      }
      Files.delete(directory);
      return FileVisitResult.CONTINUE;
    }
  }

  private static final class Measure extends SimpleFileVisitor<Path> {
    private final HashSet<Object> seen = new HashSet<>();
    private long bytes;

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      var key = attributes.fileKey();
      if (key == null || seen.add(key)) {
        bytes += attributes.size();
      }
      return FileVisitResult.CONTINUE;
    }

    // Uploads and rollouts go on meanwhile: what vanished counts nothing.
    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
      if (failure instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw failure;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) {
      return FileVisitResult.CONTINUE;
    }
  }
}
