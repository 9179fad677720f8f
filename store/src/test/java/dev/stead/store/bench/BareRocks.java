package dev.stead.store.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/// RocksDB and nothing else, as fast as it goes: one thread drains a queue of puts into a batch,
/// writes and syncs that, and tells who waits. What [dev.stead.store.Store] is measured against.
final class BareRocks implements AutoCloseable {
  private static final int GROUP_MAX = 1_024;

  private final LinkedBlockingQueue<Put> queue = new LinkedBlockingQueue<>();
  private final Put stop = new Put(new byte[0], new byte[0]);
  private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
  private final Options options =
      new Options().setCreateIfMissing(true).setRecycleLogFileNum(2).setWriteBufferSize(8 << 20);
  private final WriteOptions synced = new WriteOptions().setSync(true);
  private final RocksDB db;
  private final Thread thread = Thread.ofPlatform().name("bare-committer").unstarted(this::run);

  private static final class Put {
    final byte[] key;
    final byte[] value;
    final CompletableFuture<Boolean> done = new CompletableFuture<>();

    Put(byte[] key, byte[] value) {
      this.key = key;
      this.value = value;
    }
  }

  BareRocks(Path directory) throws RocksDBException {
    db = RocksDB.open(options, directory.toString());
    thread.start();
  }

  /// Returns when it is on disk.
  void put(byte[] key, byte[] value) {
    Put put = new Put(key, value);
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
          batch.put(put.key, put.value);
        }
        db.write(synced, batch);
        group.forEach(put -> put.done.complete(true));
      } catch (RocksDBException | InterruptedException e) {
        group.forEach(put -> put.done.completeExceptionally(e));
      }
    }
    ended.complete(true);
  }

  @Override
  public void close() {
    queue.add(stop);
    ended.join();
    db.close();
    synced.close();
    options.close();
  }
}
