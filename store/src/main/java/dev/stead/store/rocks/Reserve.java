package dev.stead.store.rocks;

import dev.stead.store.Limits;
import dev.stead.store.StoreException;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The room that writes leave on the store's disk. Without it the store could not be opened again,
/// which takes the space of the memtables, and neither could what makes room be written down.
final class Reserve {
  /// What one write may take after it was found to have room: the largest batch, the memtables that
  /// it has written to files, and the space that RocksDB takes for the next log beforehand.
  private static final long WRITE_BYTES_MAX =
      Committer.GROUP_BYTES_MAX + Limits.COMMIT_BYTES_MAX + 2 * Engine.MEMTABLE_BYTES_MAX;

  /// After any write there is still room for the memtables, to open the store again.
  static final long BYTES = WRITE_BYTES_MAX + Engine.MEMTABLE_BYTES_MAX;

  private static final long BYTES_PER_MEBIBYTE = 1 << 20;

  private final Path directory;
  private final FileStore disk;

  private Reserve(Path directory, FileStore disk) {
    this.directory = directory;
    this.disk = disk;
  }

  /// The reserve of the disk that a store lies on.
  static Reserve of(Path directory) {
    try {
      return new Reserve(directory, Files.getFileStore(directory));
    } catch (IOException e) {
      throw new StoreException("Could not find the disk of %s: %s".formatted(directory, e), e);
    }
  }

  /// Why nothing may be written now, if that is so.
  Optional<StoreException> lack() {
    try {
      long free = disk.getUsableSpace();
      return free >= BYTES ? Optional.empty() : Optional.of(lacking(free));
    } catch (IOException e) {
      return Optional.of(
          new StoreException(
              "Could not see how much room %s has: %s. Nothing was written."
                  .formatted(directory, e),
              e));
    }
  }

  private StoreException lacking(long free) {
    return new StoreException(
        "Could not write to the store in %s: its disk is full; %d MiB are free, %d must stay free. Nothing was written. Make room: it goes on by itself then."
            .formatted(directory, free / BYTES_PER_MEBIBYTE, BYTES / BYTES_PER_MEBIBYTE));
  }
}
