package dev.stead.store.bench;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/// RocksDB and nothing else, as fast as it goes: one thread drains a queue of puts into a batch,
/// writes and syncs that, and tells who waits. What [dev.stead.store.Store] is measured against.
final class BareRocks implements AutoCloseable {
  private static final int GROUP_MAX = 1_024;

  private final LinkedBlockingQueue<Put> queue = new LinkedBlockingQueue<>();
  private final Put stop = new Put();
  private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
  private final DBOptions options =
      new DBOptions()
          .setCreateIfMissing(true)
          .setCreateMissingColumnFamilies(true)
          .setRecycleLogFileNum(2);
  private final ColumnFamilyOptions familyOptions =
      new ColumnFamilyOptions().setWriteBufferSize(8 << 20);
  private final WriteOptions synced = new WriteOptions().setSync(true);
  private final List<ColumnFamilyHandle> families = new ArrayList<>();
  private final RocksDB db;
  private final Thread thread = Thread.ofPlatform().name("bare-committer").unstarted(this::run);

  private static final class Put {
    final byte[][] records;
    final CompletableFuture<Boolean> done = new CompletableFuture<>();

    Put(byte[]... records) {
      this.records = records;
    }
  }

  BareRocks(Path directory) throws RocksDBException {
    List<ColumnFamilyDescriptor> descriptors =
        List.of(
            new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, familyOptions),
            new ColumnFamilyDescriptor(
                "second".getBytes(StandardCharsets.US_ASCII), familyOptions));
    db = RocksDB.open(options, directory.toString(), descriptors, families);
    thread.start();
  }

  /// Returns when it is on disk.
  ///
  /// @param records a key and its value, and maybe another pair for the second column family
  void put(byte[]... records) {
    Put put = new Put(records);
    queue.add(put);
    put.done.join();
  }

  private void run() {
    boolean running = true;
    while (running) {
      List<Put> group = new ArrayList<>();
      try (WriteBatch batch = new WriteBatch()) {
        group.add(queue.take());
        queue.drainTo(group, GROUP_MAX - 1);
        running = !group.remove(stop);
        for (Put put : group) {
          add(batch, put.records);
        }
        db.write(synced, batch);
        group.forEach(put -> put.done.complete(true));
      } catch (RocksDBException | InterruptedException e) {
        group.forEach(put -> put.done.completeExceptionally(e));
      }
    }
    ended.complete(true);
  }

  private void add(WriteBatch batch, byte[]... records) throws RocksDBException {
    for (int i = 0; i < records.length; i += 2) {
      batch.put(families.get(i / 2), records[i], records[i + 1]);
    }
  }

  @Override
  public void close() {
    queue.add(stop);
    ended.join();
    families.forEach(ColumnFamilyHandle::close);
    db.close();
    synced.close();
    familyOptions.close();
    options.close();
  }
}
