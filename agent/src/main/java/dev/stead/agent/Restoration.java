package dev.stead.agent;

import dev.stead.agent.volume.Programs;
import dev.stead.store.StoreException;
import dev.stead.store.rocks.RocksStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;

/// Puts a backup in the place of a home's store, without an agent: a store that is damaged is one
/// that no agent opens.
final class Restoration {
  private Restoration() {}

  /// Unpacks the archive beside the store, and checks it before anything is changed.
  ///
  /// @param archive a tar archive, as `GET /v1/store/backup` sends it
  /// @throws StoreException when an agent has the store open, or the backup is not sound; nothing
  ///   is changed then
  static void restore(Path home, InputStream archive, InstantSource clock) throws IOException {
    var unpacked = home.resolve("store.restore");
    remove(unpacked);
    Files.createDirectories(unpacked);
    try {
      Programs.feed(archive, "tar", "-C", unpacked.toString(), "-xf", "-", "--no-same-owner");
      RocksStore.restore(unpacked, home.resolve("store"), clock);
    } finally {
      remove(unpacked);
    }
  }

  private static void remove(Path directory) throws IOException {
    if (Files.exists(directory)) {
      Programs.run("rm", "-rf", "--one-file-system", directory.toString());
    }
  }
}
