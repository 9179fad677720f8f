package dev.stead.store.rocks;

import dev.stead.store.Backup;
import dev.stead.store.StoreException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.rocksdb.RocksDBException;

/// Makes and restores backups. A backup is a directory like a store's own, with `rocks/` and
/// `high-water`.
final class Backups {
  private static final String RESTORING = "restoring";
  private static final String REPLACED = "rocks.replaced";

  private Backups() {}

  /// Copies an open store. The copy appears under its name once it is whole and durable.
  static Backup make(Engine engine, Path directory, FailPoint.Listener listener) {
    if (Files.exists(directory)) {
      throw new IllegalArgumentException(
          "%s is there already; name a directory that is not".formatted(directory));
    }
    Path unfinished = directory.resolveSibling(directory.getFileName() + ".unfinished");
    try {
      deleteDeep(unfinished);
      Files.createDirectories(unfinished);
      Path linked = unfinished.resolve("linked");
      engine.copyTo(linked);
      listener.reached(FailPoint.LINKED);
      // Files that are shared with the store would be damaged with it.
      copyDeep(linked, unfinished.resolve(Recovery.ROCKS));
      deleteDeep(linked);
      listener.reached(FailPoint.COPIED);
      long revision = finish(unfinished);
      listener.reached(FailPoint.SETTLED);
      Files.move(unfinished, directory, StandardCopyOption.ATOMIC_MOVE);
      Recovery.force(directory.resolveSibling("").toAbsolutePath());
      return new Backup(directory, revision);
    } catch (RocksDBException | IOException e) {
      throw new StoreException(
          "Could not make a backup in %s: %s. What there is of it lies in %s."
              .formatted(directory, e.getMessage(), unfinished),
          e);
    }
  }

  /// Opens the copy, which settles its log, and gives it its mark.
  private static long finish(Path unfinished) throws RocksDBException, IOException {
    try (Engine copy = new Engine(unfinished.resolve(Recovery.ROCKS))) {
      HighWaterMark.write(unfinished, copy.batches());
      return copy.head();
    } finally {
      forceDeep(unfinished);
    }
  }

  /// Puts a backup in the place of a store that nobody has open, sound or not.
  ///
  /// The copy is opened and checked before anything is changed. Then `rocks` is set aside, the mark
  /// is replaced, and the copy takes its place: a store in between is one whose files are missing,
  /// which is refused at opening, and restoring again mends it.
  static void restore(
      Path backup, Path directory, InstantSource clock, FailPoint.Listener listener) {
    Path copy = directory.resolve(RESTORING);
    try {
      Files.createDirectories(directory);
      try (DirectoryLock _ = DirectoryLock.take(directory)) {
        deleteDeep(copy);
        copyDeep(backup, copy);
        settle(copy, backup, clock);
        listener.reached(FailPoint.CHECKED);
        Path rocks = directory.resolve(Recovery.ROCKS);
        Path replaced = directory.resolve(REPLACED);
        if (Files.exists(rocks)) {
          deleteDeep(replaced);
          Files.move(rocks, replaced, StandardCopyOption.ATOMIC_MOVE);
        }
        listener.reached(FailPoint.SET_ASIDE);
        replace(copy.resolve(HighWaterMark.FILE), directory.resolve(HighWaterMark.FILE));
        Recovery.force(directory);
        listener.reached(FailPoint.MARK_REPLACED);
        Files.move(copy.resolve(Recovery.ROCKS), rocks, StandardCopyOption.ATOMIC_MOVE);
        Recovery.force(directory);
        listener.reached(FailPoint.RESTORED);
        deleteDeep(copy);
      }
    } catch (RocksDBException | IOException e) {
      throw new StoreException(
          "Could not restore %s to %s: %s. Once that is mended, restore it again."
              .formatted(backup, directory, e),
          e);
    }
  }

  private static void settle(Path copy, Path backup, InstantSource clock)
      throws RocksDBException, IOException {
    try (RocksStore store = RocksStore.open(copy, clock)) {
      List<String> violations = store.check();
      if (!violations.isEmpty()) {
        throw new StoreException(
            "The backup in %s is not sound: %s. Nothing was changed."
                .formatted(backup, String.join("; ", violations)));
      }
    }
    Engine.beginLineage(copy.resolve(Recovery.ROCKS), UUID.randomUUID().toString());
    forceDeep(copy);
  }

  private static void replace(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void copyDeep(Path from, Path to) throws IOException {
    for (Path file : tree(from)) {
      Path target = to.resolve(from.relativize(file).toString());
      Files.copy(file, target);
    }
  }

  static void deleteDeep(Path directory) throws IOException {
    if (Files.exists(directory)) {
      for (Path file : tree(directory).reversed()) {
        Files.delete(file);
      }
    }
  }

  private static void forceDeep(Path directory) throws IOException {
    for (Path file : tree(directory).reversed()) {
      if (Files.isDirectory(file)) {
        Recovery.force(file);
      } else {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
          channel.force(true);
        }
      }
    }
  }

  /// A directory and all below it, each after the one it lies in.
  private static List<Path> tree(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.toList();
    }
  }
}
