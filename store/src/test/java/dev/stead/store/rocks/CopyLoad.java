package dev.stead.store.rocks;

import java.nio.file.Path;
import java.time.InstantSource;

/// A process that makes or restores a backup and is killed on the way. Its arguments: [#BACKUP] or
/// [#RESTORE], the backup's directory, the store's, and where to wait for the kill.
final class CopyLoad {
  static final String BACKUP = "backup";
  static final String RESTORE = "restore";

  private CopyLoad() {}

  public static void main(String[] arguments) {
    Path backup = Path.of(arguments[1]);
    Path directory = Path.of(arguments[2]);
    KillPoint killPoint = KillPoint.parse(arguments[3]);
    if (arguments[0].equals(RESTORE)) {
      Backups.restore(backup, directory, InstantSource.system(), killPoint);
    } else {
      try (RocksStore store = RocksStore.open(directory, InstantSource.system(), killPoint)) {
        store.backup(backup);
      }
    }
  }
}
