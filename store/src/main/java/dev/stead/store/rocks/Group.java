package dev.stead.store.rocks;

import dev.stead.store.Entry;
import dev.stead.store.Lease;
import dev.stead.store.Value;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/// The commands that become durable together: what they write, as one batch, and the state as they
/// leave it, for those that come after them in the same group.
final class Group implements AutoCloseable {
  private final Engine engine;
  private final WriteBatch batch = new WriteBatch();
  private final Map<BranchKey, Optional<Entry>> entries = new HashMap<>();
  private final Map<String, Long> heads = new HashMap<>();
  private final Map<String, Optional<Lease>> leases = new HashMap<>();
  private long head;

  private record BranchKey(int branch, String key) {}

  Group(Engine engine) {
    this.engine = engine;
    this.head = engine.head();
  }

  int branch(String name) {
    return engine.branch(name);
  }

  /// The newest revision of all branches.
  long head() {
    return head;
  }

  /// The newest revision of a branch.
  long head(String branch) {
    Long changed = heads.get(branch);
    if (changed != null) {
      return changed;
    }
    return engine
        .get(Engine.Family.HEADS, Format.utf8(branch))
        .map(bytes -> Format.head(bytes).revision())
        .orElse(0L);
  }

  /// The key's value as the group leaves it.
  Optional<Entry> newest(int branch, String key) {
    Optional<Entry> changed = entries.get(new BranchKey(branch, key));
    return changed != null ? changed : Timeline.get(engine, branch, key, engine.head());
  }

  Optional<Lease> lease(String name) {
    Optional<Lease> changed = leases.get(name);
    return changed != null ? changed : Timeline.lease(engine, name);
  }

  /// Adds a commit, without its entries, as the newest revision.
  void addCommit(String branch, long revision, Format.CommitRecord commit) throws RocksDBException {
    batch.put(engine.family(Engine.Family.COMMITS), Format.number(revision), Format.commit(commit));
    batch.put(
        engine.family(Engine.Family.HEADS),
        Format.utf8(branch),
        Format.head(new Format.Head(commit.branch(), revision)));
    heads.put(branch, revision);
    head = revision;
  }

  /// Adds what a commit does to a key: the value it writes, or none for a delete.
  void addEntry(int branch, String key, long revision, Optional<Value> value)
      throws RocksDBException {
    batch.put(
        engine.family(Engine.Family.ENTRIES),
        Format.entryKey(branch, Format.utf8(key), revision),
        value.map(Format::put).orElseGet(Format::delete));
    entries.put(
        new BranchKey(branch, key), value.map(written -> new Entry(key, revision, written)));
  }

  void putLease(Lease lease) throws RocksDBException {
    batch.put(engine.family(Engine.Family.LEASES), Format.utf8(lease.name()), Format.lease(lease));
    leases.put(lease.name(), Optional.of(lease));
  }

  void deleteLease(String name) throws RocksDBException {
    batch.delete(engine.family(Engine.Family.LEASES), Format.utf8(name));
    leases.put(name, Optional.empty());
  }

  boolean isEmpty() {
    return batch.count() == 0;
  }

  long bytes() {
    return batch.getDataSize();
  }

  /// Makes it durable, all of it at once.
  void write() throws RocksDBException {
    engine.write(batch, head);
  }

  @Override
  public void close() {
    batch.close();
  }
}
