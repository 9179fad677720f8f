package dev.stead.store.rocks;

import dev.stead.store.Scope;
import dev.stead.store.StoreException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rocksdb.AbstractNativeReference;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.IndexType;
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
  static final long MEMTABLE_BYTES_MAX = 8 << 20;

  private static final long CACHE_BYTES_MAX = 8 << 20;
  private static final int CACHE_SHARD_BITS = 2;

  /// So much of the cache is for indexes, which every read needs, before blocks of values.
  private static final double CACHE_SHARE_OF_INDEXES = 0.7;

  /// An index writes one of so many keys out, the others as what is not in the one before: a third
  /// of the bytes, so that the index of a million keys with ten revisions stays in the cache.
  private static final int INDEX_RESTART_KEYS = 16;

  private static final long LOG_BYTES_MAX = 16 << 20;
  private static final int OPEN_FILES_MAX = 128;

  /// RocksDB divides the open files among shards, 64 unless told otherwise: two in each, so that
  /// files whose numbers fall into one shard would be closed and opened again and again by reads.
  private static final int OPEN_FILES_SHARD_BITS = 1;

  private static final int INFO_LOGS_MAX = 2;
  private static final long INFO_LOG_BYTES_MAX = 1 << 20;

  private final Path path;
  private final Deque<AbstractNativeReference> natives = new ArrayDeque<>();
  private final Map<Family, ColumnFamilyHandle> families = new EnumMap<>(Family.class);
  private final WriteOptions synced;
  private final RocksDB db;
  private long batches;
  private volatile State state = new State(Branches.NONE, 0, Instant.EPOCH);

  /// What readers and the next command start from.
  ///
  /// @param head the newest revision that is durable
  /// @param time of that commit
  record State(Branches branches, long head, Instant time) {}

  private enum Opening {
    EXISTING,
    NEW,
    UPGRADE
  }

  /// The column families, in the order in which they are opened.
  enum Family {
    META("default"),
    ENTRIES("entries"),
    COMMITS("commits"),
    HEADS("heads"),
    LEASES("leases"),
    BRANCHES("branches"),
    MERGES("merges"),
    RETENTION("retention");

    private final String inRocks;

    Family(String inRocks) {
      this.inRocks = inRocks;
    }
  }

  /// Opens what is there.
  Engine(Path path) throws RocksDBException {
    this(path, Opening.EXISTING);
  }

  /// Brings a store of the former format to this one.
  static void upgrade(Path path) throws RocksDBException {
    try (Engine engine = new Engine(path, Opening.UPGRADE);
        WriteBatch batch = new WriteBatch();
        RocksIterator heads = engine.walk(Family.HEADS)) {
      for (heads.seekToFirst(); heads.isValid(); heads.next()) {
        Format.Head head = Format.head(heads.value());
        engine.putFirstBranch(batch, head.branch(), Format.text(heads.key()));
      }
      heads.status();
      batch.put(Format.VERSION_KEY, Format.utf8(Format.VERSION));
      engine.write(batch, engine.state);
    }
  }

  /// Has the revisions of a store counted under another name from here on.
  static void beginLineage(Path path, String lineage) throws RocksDBException {
    try (Engine engine = new Engine(path);
        WriteBatch batch = new WriteBatch()) {
      batch.put(Format.LINEAGE_KEY, Format.utf8(lineage));
      engine.write(batch, engine.state);
      HighWaterMark.write(path.resolveSibling(""), engine.batches);
    }
  }

  /// Makes an empty store with its first branch.
  static void create(Path path, String branch) throws RocksDBException {
    try (Engine engine = new Engine(path, Opening.NEW);
        WriteBatch batch = new WriteBatch()) {
      batch.put(Format.VERSION_KEY, Format.utf8(Format.VERSION));
      batch.put(Format.BATCHES_KEY, Format.number(0));
      batch.put(
          engine.family(Family.HEADS),
          Format.utf8(branch),
          Format.head(new Format.Head(Format.FIRST_BRANCH, 0)));
      engine.putFirstBranch(batch, Format.FIRST_BRANCH, branch);
      engine.db.write(engine.synced, batch);
    }
  }

  private void putFirstBranch(WriteBatch batch, int number, String name) throws RocksDBException {
    Format.BranchRecord first =
        new Format.BranchRecord(
            number, name, 0, 0, Scope.everything(), "", "", Instant.EPOCH, true);
    batch.put(family(Family.BRANCHES), Format.branchKey(number), Format.branch(first));
  }

  private Engine(Path path, Opening opening) throws RocksDBException {
    this.path = path;
    try {
      synced = owned(new WriteOptions().setSync(true));
      List<ColumnFamilyHandle> handles = new ArrayList<>();
      db = owned(RocksDB.open(databaseOptions(opening), path.toString(), descriptors(), handles));
      for (Family family : Family.values()) {
        families.put(family, handles.get(families.size()));
      }
      byte[] counted = db.get(Format.BATCHES_KEY);
      batches = counted == null ? 0 : Format.number(counted);
      readState();
    } catch (RocksDBException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private DBOptions databaseOptions(Opening opening) {
    return owned(new DBOptions())
        .setCreateIfMissing(opening == Opening.NEW)
        .setErrorIfExists(opening == Opening.NEW)
        .setCreateMissingColumnFamilies(opening != Opening.EXISTING)
        // Stops at the first bad record and drops what follows: Recovery has made sure before that
        // nothing acknowledged follows.
        .setWalRecoveryMode(WALRecoveryMode.PointInTimeRecovery)
        .setRecycleLogFileNum(0)
        .setMaxTotalWalSize(LOG_BYTES_MAX)
        .setDbWriteBufferSize(MEMTABLE_BYTES_MAX)
        .setMaxOpenFiles(OPEN_FILES_MAX)
        .setTableCacheNumshardbits(OPEN_FILES_SHARD_BITS)
        .setMaxBackgroundJobs(2)
        .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
        .setKeepLogFileNum(INFO_LOGS_MAX)
        .setMaxLogFileSize(INFO_LOG_BYTES_MAX)
        .setStatsDumpPeriodSec(0)
        .setStatsPersistPeriodSec(0);
  }

  private List<ColumnFamilyDescriptor> descriptors() {
    Cache cache =
        owned(new LRUCache(CACHE_BYTES_MAX, CACHE_SHARD_BITS, false, CACHE_SHARE_OF_INDEXES));
    // An index in pieces: the whole one of a table is larger than what the cache takes, so that
    // every read would fetch it from the disk again.
    BlockBasedTableConfig table =
        new BlockBasedTableConfig()
            .setBlockCache(cache)
            .setCacheIndexAndFilterBlocks(true)
            .setCacheIndexAndFilterBlocksWithHighPriority(true)
            .setIndexType(IndexType.kTwoLevelIndexSearch)
            .setIndexBlockRestartInterval(INDEX_RESTART_KEYS)
            .setPinTopLevelIndexAndFilter(true)
            .setEnableIndexCompression(false);
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

  private void readState() throws RocksDBException {
    List<Format.BranchRecord> records = new ArrayList<>();
    try (RocksIterator walk = db.newIterator(family(Family.BRANCHES))) {
      for (walk.seekToFirst(); walk.isValid(); walk.next()) {
        records.add(Format.branch(walk.key(), walk.value()));
      }
      walk.status();
    }
    Branches branches = Branches.of(records);
    try (RocksIterator commits = db.newIterator(family(Family.COMMITS))) {
      commits.seekToLast();
      commits.status();
      state =
          commits.isValid()
              ? new State(
                  branches, Format.number(commits.key()), Format.commit(commits.value()).time())
              : new State(branches, 0, Instant.EPOCH);
    }
  }

  private <T extends AbstractNativeReference> T owned(T object) {
    natives.push(object);
    return object;
  }

  ColumnFamilyHandle family(Family family) {
    return Objects.requireNonNull(families.get(family));
  }

  Branches branches() {
    return state.branches();
  }

  /// The newest revision that is durable.
  long head() {
    return state.head();
  }

  /// The time of the newest commit.
  Instant time() {
    return state.time();
  }

  /// See [dev.stead.store.Store#lineage].
  String lineage() {
    return get(Family.META, Format.LINEAGE_KEY).map(Format::text).orElse("");
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

  /// Forgets a branch that the next batch deletes: who looks for it from now on finds none.
  void forget(Format.BranchRecord branch) {
    State now = state;
    state = new State(now.branches().with(branch.deleted()), now.head(), now.time());
  }

  /// Writes a batch and syncs it, then shows the new state to readers.
  void write(WriteBatch batch, State after) throws RocksDBException {
    batch.put(Format.BATCHES_KEY, Format.number(batches + 1));
    db.write(synced, batch);
    batches++;
    state = after;
  }

  /// Copies everything as it is at one moment, by hard links where the file system allows. The
  /// directory must not be there yet.
  void copyTo(Path directory) throws RocksDBException {
    try (Checkpoint checkpoint = Checkpoint.create(db)) {
      checkpoint.createCheckpoint(directory.toString());
    }
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
