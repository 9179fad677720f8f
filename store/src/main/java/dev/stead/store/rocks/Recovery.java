package dev.stead.store.rocks;

import dev.stead.store.Store;
import dev.stead.store.StoreException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.Logger;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WALRecoveryMode;

/// Opens the RocksDB of a store, or refuses and leaves everything as it lies. One of the former
/// format is brought to this one.
///
/// It is looked at read-only first: its format must be known, and its log, replayed up to the first
/// torn or damaged record, must reach the [HighWaterMark]. What is then dropped with the rest of
/// the log was never acknowledged.
final class Recovery {
  static final String ROCKS = "rocks";

  private final Path directory;
  private final HighWaterMark mark;
  private final FailPoint.Listener listener;
  private final Reserve reserve;

  Recovery(Path directory, HighWaterMark mark) {
    this(directory, mark, FailPoint.Listener.NOBODY);
  }

  Recovery(Path directory, HighWaterMark mark, FailPoint.Listener listener) {
    this.directory = directory;
    this.mark = mark;
    this.listener = listener;
    this.reserve = Reserve.of(directory);
  }

  /// A RocksDB that is fit for use.
  ///
  /// @param dropped what RocksDB said of each piece of its log that it drops; empty after a clean
  ///   end
  record Recovered(Engine engine, List<String> dropped) {}

  /// What opening would find.
  ///
  /// @param batches how many are whole
  /// @param dropped as in [Recovered]
  record Preview(@Nullable String format, long batches, List<String> dropped) {}

  /// What must stay free for it.
  Reserve reserve() {
    return reserve;
  }

  Recovered open() {
    Path rocks = directory.resolve(ROCKS);
    try {
      if (Files.notExists(rocks)) {
        create(rocks);
      }
      Preview preview = preview(rocks);
      refuseUnfit(rocks, preview);
      listener.reached(FailPoint.LOOKED);
      if (Format.FORMER_VERSION.equals(preview.format())) {
        Engine.upgrade(rocks);
      }
      Engine engine = new Engine(rocks);
      listener.reached(FailPoint.OPENED);
      mark.advance(engine.batches());
      mark.force();
      listener.reached(FailPoint.RECOVERED);
      return new Recovered(engine, preview.dropped());
    } catch (RocksDBException | IOException e) {
      throw new StoreException(
          "Could not open the store in %s: %s. Nothing was changed. Check the disk and the rights of the files there, or restore a backup."
              .formatted(directory, e.getMessage()),
          e);
    }
  }

  /// Appears whole or not at all.
  private void create(Path rocks) throws RocksDBException, IOException {
    if (mark.batches() > 0) {
      throw new StoreException(
          "%s is missing, but %d batches were acknowledged. Restore a backup; or delete %s to start with an empty store."
              .formatted(rocks, mark.batches(), directory.resolve(HighWaterMark.FILE)));
    }
    Path unfinished = directory.resolve(ROCKS + ".new");
    Backups.deleteDeep(unfinished);
    Engine.create(unfinished, Store.PRODUCTION);
    listener.reached(FailPoint.CREATED);
    Files.move(unfinished, rocks, StandardCopyOption.ATOMIC_MOVE);
    listener.reached(FailPoint.NAMED);
    force(directory);
  }

  static void force(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory)) {
      channel.force(true);
    }
  }

  /// Looks at a RocksDB and changes nothing.
  static Preview preview(Path rocks) throws RocksDBException {
    ConcurrentLinkedQueue<String> said = new ConcurrentLinkedQueue<>();
    List<ColumnFamilyHandle> families = new ArrayList<>();
    try (Listener listener = new Listener(said);
        DBOptions options =
            new DBOptions()
                .setWalRecoveryMode(WALRecoveryMode.PointInTimeRecovery)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)) {
      options.setLogger(listener);
      try (RocksDB db =
          RocksDB.openReadOnly(
              options,
              rocks.toString(),
              List.of(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY)),
              families)) {
        byte @Nullable [] format = db.get(Format.VERSION_KEY);
        byte @Nullable [] batches = db.get(Format.BATCHES_KEY);
        families.forEach(ColumnFamilyHandle::close);
        return new Preview(
            format == null ? null : Format.text(format),
            batches == null ? 0 : Format.number(batches),
            List.copyOf(said));
      }
    }
  }

  private void refuseUnfit(Path rocks, Preview preview) {
    if (!Format.VERSION.equals(preview.format())
        && !Format.FORMER_VERSION.equals(preview.format())) {
      throw new StoreException(
          "%s is of the format '%s'; this version of Stead knows '%s' and '%s'. Use the version that wrote it."
              .formatted(rocks, preview.format(), Format.FORMER_VERSION, Format.VERSION));
    }
    if (preview.batches() < mark.batches()) {
      throw new StoreException(
          "The log in %s ends with batch %d, but %d were acknowledged: %d are missing (%s). Nothing was changed. Restore a backup; or, to go on without them, delete %s."
              .formatted(
                  rocks,
                  preview.batches(),
                  mark.batches(),
                  mark.batches() - preview.batches(),
                  preview.dropped().isEmpty() ? "cut off" : String.join("; ", preview.dropped()),
                  directory.resolve(HighWaterMark.FILE)));
    }
  }

  /// Hears what RocksDB says while it replays its log: one warning per dropped piece.
  private static final class Listener extends Logger {
    private final ConcurrentLinkedQueue<String> said;

    Listener(ConcurrentLinkedQueue<String> said) {
      super(InfoLogLevel.WARN_LEVEL);
      this.said = said;
    }

    @Override
    protected void log(InfoLogLevel level, String message) {
      if (message.contains("dropping")) {
        said.add(message.substring(message.indexOf(']') + 1).strip());
      }
    }
  }
}
