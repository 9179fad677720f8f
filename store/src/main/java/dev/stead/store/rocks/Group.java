package dev.stead.store.rocks;

import dev.stead.store.Entry;
import dev.stead.store.Lease;
import dev.stead.store.Point;
import dev.stead.store.Retention;
import dev.stead.store.Value;
import java.time.Instant;
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
  private final Map<String, Format.Head> heads = new HashMap<>();
  private final Map<String, Optional<Lease>> leases = new HashMap<>();
  private Branches branches;
  private Instant time;
  private long head;

  private record BranchKey(int branch, String key) {}

  Group(Engine engine) {
    this.engine = engine;
    this.branches = engine.branches();
    this.time = engine.time();
    this.head = engine.head();
  }

  int branch(String name) {
    return branches.number(name);
  }

  /// The time of a commit that comes now: never before the one before it, whatever the clock says.
  Instant commitTime(Instant now) {
    return now.isBefore(time) ? time : now;
  }

  /// The newest revision of all branches.
  long head() {
    return head;
  }

  /// The newest revision of a branch.
  long head(String branch) {
    Format.Head changed = heads.get(branch);
    if (changed != null) {
      return changed.revision();
    }
    return engine
        .get(Engine.Family.HEADS, Format.utf8(branch))
        .map(bytes -> Format.head(bytes).revision())
        .orElse(0L);
  }

  /// The key's value as the group leaves it.
  Optional<Entry> newest(int branch, String key) {
    Optional<Entry> changed = entries.get(new BranchKey(branch, key));
    return changed != null ? changed : Timeline.get(engine, branch, key, Point.NEWEST);
  }

  Optional<Lease> lease(String name) {
    Optional<Lease> changed = leases.get(name);
    return changed != null ? changed : Timeline.lease(engine, name);
  }

  /// Adds a commit, without its entries, as the newest revision.
  void addCommit(String branch, long revision, Format.CommitRecord commit) throws RocksDBException {
    batch.put(engine.family(Engine.Family.COMMITS), Format.number(revision), Format.commit(commit));
    heads.put(branch, new Format.Head(commit.branch(), revision));
    head = revision;
    time = commit.time();
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

  /// Adds a branch that has no commit yet.
  void addBranch(Format.BranchRecord branch) throws RocksDBException {
    putBranch(branch);
    batch.put(
        engine.family(Engine.Family.HEADS),
        Format.utf8(branch.name()),
        Format.head(new Format.Head(branch.number(), branch.fork())));
  }

  /// Takes away a branch and its entries.
  void deleteBranch(Format.BranchRecord branch) throws RocksDBException {
    engine.forget(branch);
    putBranch(branch.deleted());
    batch.delete(engine.family(Engine.Family.HEADS), Format.utf8(branch.name()));
    batch.deleteRange(
        engine.family(Engine.Family.ENTRIES),
        Format.branchKey(branch.number()),
        Format.branchKey(branch.number() + 1));
  }

  private void putBranch(Format.BranchRecord branch) throws RocksDBException {
    batch.put(
        engine.family(Engine.Family.BRANCHES),
        Format.branchKey(branch.number()),
        Format.branch(branch));
    branches = branches.with(branch);
  }

  /// Notes where a commit was merged from.
  void addMerge(Format.Place at, Format.MergeRecord merge) throws RocksDBException {
    batch.put(engine.family(Engine.Family.MERGES), Format.place(at), Format.merge(merge));
  }

  /// Notes that a commit was taken back, if it was a merge.
  void revertMerge(Format.Place at, long revision) throws RocksDBException {
    Optional<Format.MergeRecord> merge =
        engine.get(Engine.Family.MERGES, Format.place(at)).map(Format::merge);
    if (merge.isPresent()) {
      Format.MergeRecord found = merge.orElseThrow();
      addMerge(at, new Format.MergeRecord(found.source(), found.sourceRevision(), revision));
    }
  }

  void putRetention(String prefix, Retention rule) throws RocksDBException {
    Optional<byte[]> record = Format.retention(rule);
    if (record.isPresent()) {
      batch.put(engine.family(Engine.Family.RETENTION), Format.utf8(prefix), record.orElseThrow());
    } else {
      batch.delete(engine.family(Engine.Family.RETENTION), Format.utf8(prefix));
    }
  }

  /// Takes away an entry of the past.
  void removeEntry(byte[] entryKey) throws RocksDBException {
    batch.delete(engine.family(Engine.Family.ENTRIES), entryKey);
  }

  /// Takes away an entry of the past, and leaves a gap there.
  void putGap(byte[] entryKey) throws RocksDBException {
    batch.put(engine.family(Engine.Family.ENTRIES), entryKey, Format.gap());
  }

  void putLease(Lease lease) throws RocksDBException {
    batch.put(engine.family(Engine.Family.LEASES), Format.utf8(lease.name()), Format.lease(lease));
    leases.put(lease.name(), Optional.of(lease));
  }

  void deleteLease(String name) throws RocksDBException {
    batch.delete(engine.family(Engine.Family.LEASES), Format.utf8(name));
    leases.put(name, Optional.empty());
  }

  boolean changesLeases() {
    return !leases.isEmpty();
  }

  boolean isEmpty() {
    return batch.count() == 0;
  }

  long bytes() {
    return batch.getDataSize();
  }

  /// Makes it durable, all of it at once.
  void write() throws RocksDBException {
    for (Map.Entry<String, Format.Head> moved : heads.entrySet()) {
      batch.put(
          engine.family(Engine.Family.HEADS),
          Format.utf8(moved.getKey()),
          Format.head(moved.getValue()));
    }
    engine.write(batch, new Engine.State(branches, head, time));
  }

  @Override
  public void close() {
    batch.close();
  }
}
