package dev.stead.store.rocks;

import dev.stead.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// The right to use a store's directory, held by one process at a time. The system takes it back
/// when the process dies. The file `lock` holds the number of the process, for those refused.
final class DirectoryLock implements AutoCloseable {
  private static final int PID_BYTES_MAX = 20;

  private final FileChannel channel;

  private DirectoryLock(FileChannel channel) {
    this.channel = channel;
  }

  static DirectoryLock take(Path directory) {
    Path file = directory.resolve("lock");
    try {
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      try {
        if (tryLock(channel) == null) {
          throw new StoreException(
              "The store in %s is open in another place (process %s). Use that one, or end it first."
                  .formatted(directory, holder(channel)));
        }
        channel.truncate(0);
        channel.write(
            ByteBuffer.wrap(Format.utf8(Long.toString(ProcessHandle.current().pid()))), 0);
        return new DirectoryLock(channel);
      } catch (IOException | StoreException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw new StoreException(
          "Could not lock the store in %s: %s. Make the directory writable."
              .formatted(directory, e),
          e);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException _) {
      return null;
    }
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer pid = ByteBuffer.allocate(PID_BYTES_MAX);
    channel.read(pid, 0);
    return new String(pid.array(), 0, pid.position(), StandardCharsets.US_ASCII);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new StoreException("Could not give back the lock of the store: " + e, e);
    }
  }
}
