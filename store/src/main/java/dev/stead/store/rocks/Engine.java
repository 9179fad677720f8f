package dev.stead.store.rocks;

import dev.stead.store.StoreException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rocksdb.AbstractNativeReference;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Snapshot;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/// One open RocksDB with the column families of [Format]. Reads from any thread; [#write] is the
/// committer's alone. Nobody may be inside when it is closed, see [Gate].
final class Engine implements AutoCloseable {
  /// Memtables and block cache together stay within 16 MiB.
  private static final long MEMTABLE_BYTES_MAX = 8 << 20;

  private static final long CACHE_BYTES_MAX = 8 << 20;
  private static final long LOG_BYTES_MAX = 16 << 20;
  private static final int OPEN_FILES_MAX = 128;
  private static final int INFO_LOGS_MAX = 2;
  private static final long INFO_LOG_BYTES_MAX = 1 << 20;

  private final Path path;
  private final Deque<AbstractNativeReference> natives = new ArrayDeque<>();
  private final Map<Family, ColumnFamilyHandle> families = new EnumMap<>(Family.class);
  private final Map<String, Integer> branches = new HashMap<>();
  private final WriteOptions synced;
  private final RocksDB db;
  private long batches;
  private volatile long head;

  /// The column families, in the order in which they are opened.
  enum Family {
    META("default"),
    ENTRIES("entries"),
    COMMITS("commits"),
    HEADS("heads"),
    LEASES("leases");

    private final String inRocks;

    Family(String inRocks) {
      this.inRocks = inRocks;
    }
  }

  /// Opens what is there.
  Engine(Path path) throws RocksDBException {
    this(path, false);
  }

  /// Makes an empty store with its first branch.
  static void create(Path path, String branch) throws RocksDBException {
    try (Engine engine = new Engine(path, true);
        WriteBatch batch = new WriteBatch()) {
      batch.put(Format.VERSION_KEY, Format.utf8(Format.VERSION));
      batch.put(Format.BATCHES_KEY, Format.number(0));
      batch.put(
          engine.family(Family.HEADS),
          Format.utf8(branch),
          Format.head(new Format.Head(Format.FIRST_BRANCH, 0)));
      engine.db.write(engine.synced, batch);
    }
  }

  private Engine(Path path, boolean create) throws RocksDBException {
    this.path = path;
    try {
      synced = owned(new WriteOptions().setSync(true));
      List<ColumnFamilyHandle> handles = new ArrayList<>();
      db = owned(RocksDB.open(databaseOptions(create), path.toString(), descriptors(), handles));
      for (Family family : Family.values()) {
        families.put(family, handles.get(families.size()));
      }
      byte[] counted = db.get(Format.BATCHES_KEY);
      batches = counted == null ? 0 : Format.number(counted);
      readHeads();
    } catch (RocksDBException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private DBOptions databaseOptions(boolean create) {
    return owned(new DBOptions())
        .setCreateIfMissing(create)
        .setErrorIfExists(create)
        .setCreateMissingColumnFamilies(create)
        // Stops at the first bad record and drops what follows: Recovery has made sure before that
        // nothing acknowledged follows.
        .setWalRecoveryMode(WALRecoveryMode.PointInTimeRecovery)
        .setRecycleLogFileNum(0)
        .setMaxTotalWalSize(LOG_BYTES_MAX)
        .setDbWriteBufferSize(MEMTABLE_BYTES_MAX)
        .setMaxOpenFiles(OPEN_FILES_MAX)
        .setMaxBackgroundJobs(2)
        .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
        .setKeepLogFileNum(INFO_LOGS_MAX)
        .setMaxLogFileSize(INFO_LOG_BYTES_MAX)
        .setStatsDumpPeriodSec(0)
        .setStatsPersistPeriodSec(0);
  }

  private List<ColumnFamilyDescriptor> descriptors() {
    Cache cache = owned(new LRUCache(CACHE_BYTES_MAX));
    BlockBasedTableConfig table =
        new BlockBasedTableConfig().setBlockCache(cache).setCacheIndexAndFilterBlocks(true);
    ColumnFamilyOptions options =
        owned(new ColumnFamilyOptions())
            .setTableFormatConfig(table)
            .setWriteBufferSize(MEMTABLE_BYTES_MAX / 2)
            .setCompressionType(CompressionType.LZ4_COMPRESSION);
    List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
    for (Family family : Family.values()) {
      descriptors.add(new ColumnFamilyDescriptor(Format.utf8(family.inRocks), options));
    }
    return descriptors;
  }

  private void readHeads() throws RocksDBException {
    try (RocksIterator heads = db.newIterator(family(Family.HEADS))) {
      for (heads.seekToFirst(); heads.isValid(); heads.next()) {
        Format.Head branch = Format.head(heads.value());
        branches.put(Format.text(heads.key()), branch.branch());
        head = Math.max(head, branch.revision());
      }
      heads.status();
    }
  }

  private <T extends AbstractNativeReference> T owned(T object) {
    natives.push(object);
    return object;
  }

  ColumnFamilyHandle family(Family family) {
    return Objects.requireNonNull(families.get(family));
  }

  int branch(String name) {
    Integer number = branches.get(name);
    if (number == null) {
      throw new IllegalArgumentException(
          "there is no branch '%s'; there is: %s"
              .formatted(name, String.join(", ", branches.keySet())));
    }
    return number;
  }

  /// The newest revision that is durable.
  long head() {
    return head;
  }

  long batches() {
    return batches;
  }

  Optional<byte[]> get(Family family, byte[] key) {
    try {
      byte @Nullable [] value = db.get(family(family), key);
      return Optional.ofNullable(value);
    } catch (RocksDBException e) {
      throw unreadable(e);
    }
  }

  Optional<byte[]> get(Family family, byte[] key, ReadOptions options) {
    try {
      byte @Nullable [] value = db.get(family(family), options, key);
      return Optional.ofNullable(value);
    } catch (RocksDBException e) {
      throw unreadable(e);
    }
  }

  /// A walk over a family as it is now. The caller closes it, and asks [#verify] at its end.
  RocksIterator walk(Family family) {
    return db.newIterator(family(family));
  }

  RocksIterator walk(Family family, ReadOptions options) {
    return db.newIterator(family(family), options);
  }

  /// Throws when a walk ended because the disk refused.
  void verify(RocksIterator walk) {
    try {
      walk.status();
    } catch (RocksDBException e) {
      throw unreadable(e);
    }
  }

  /// Writes a batch and syncs it, then shows the new head to readers.
  void write(WriteBatch batch, long newHead) throws RocksDBException {
    batch.put(Format.BATCHES_KEY, Format.number(batches + 1));
    db.write(synced, batch);
    batches++;
    head = newHead;
  }

  Snapshot snapshot() {
    return db.getSnapshot();
  }

  void release(Snapshot snapshot) {
    db.releaseSnapshot(snapshot);
  }

  /// Reads all table files and compares their checksums.
  void verifyChecksums() throws RocksDBException {
    db.verifyChecksum();
  }

  private StoreException unreadable(RocksDBException e) {
    return new StoreException(
        "Could not read the store in %s: %s. Check the disk, then run `check`, or restore a backup."
            .formatted(path, e.getMessage()),
        e);
  }

  @Override
  public void close() {
    families.values().forEach(ColumnFamilyHandle::close);
    natives.forEach(AbstractNativeReference::close);
  }
}
