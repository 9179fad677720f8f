package dev.stead.store.rocks;

import dev.stead.store.Lease;
import dev.stead.store.Limits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Snapshot;

/// A walk over everything that proves the invariants, on one snapshot while the store serves:
///
/// - every table file matches its checksums, every record can be read;
/// - revisions are 1 … head without a gap;
/// - each key that a commit changed has its entry or lies in a gap, and there are no other entries;
/// - each live branch came from a live one, at a revision that was there, and has a head: its
///   newest commit, or before any the revision it was forked at;
/// - what is noted of merges and retention can be read, and names what is there;
/// - leases are within their bounds.
final class Inspection {
  private static final int VIOLATIONS_MAX = 100;

  private final Engine engine;
  private final ReadOptions options;
  private final List<String> violations = new ArrayList<>();
  private final Map<Integer, Long> newest = new HashMap<>();
  private final Map<Integer, Format.BranchRecord> branches = new HashMap<>();

  /// The live branches; after the heads, those that have none.
  private final Map<Integer, Format.BranchRecord> live = new HashMap<>();

  private long violationCount;
  private long revisions;
  private long changes;

  private Inspection(Engine engine, ReadOptions options) {
    this.engine = engine;
    this.options = options;
  }

  /// The violations found, the first hundred by name.
  static List<String> inspect(Engine engine) {
    Snapshot snapshot = engine.snapshot();
    try (ReadOptions options =
        new ReadOptions().setSnapshot(snapshot).setFillCache(false).setVerifyChecksums(true)) {
      return new Inspection(engine, options).run();
    } finally {
      engine.release(snapshot);
    }
  }

  private List<String> run() {
    try {
      engine.verifyChecksums();
    } catch (RocksDBException e) {
      violated("table files: " + e.getMessage());
    }
    walk(Engine.Family.BRANCHES, this::branch);
    walk(Engine.Family.COMMITS, this::commit);
    walk(Engine.Family.ENTRIES, this::entry);
    if (changes != 0) {
      violated(
          "entries: %d %s than the commits name"
              .formatted(Math.abs(changes), changes > 0 ? "fewer" : "more"));
    }
    walk(Engine.Family.HEADS, this::head);
    live.values().forEach(branch -> violated("heads: '%s' has none".formatted(branch.name())));
    branches.values().forEach(this::origin);
    walk(Engine.Family.MERGES, this::merge);
    walk(Engine.Family.RETENTION, (_, value) -> Format.retention(value));
    walk(Engine.Family.LEASES, this::lease);
    if (violationCount > violations.size()) {
      violations.add("… and %d more".formatted(violationCount - violations.size()));
    }
    return violations;
  }

  private interface Visit {
    void visit(byte[] key, byte[] value);
  }

  private void walk(Engine.Family family, Visit visit) {
    try (RocksIterator walk = engine.walk(family, options)) {
      for (walk.seekToFirst(); walk.isValid(); walk.next()) {
        byte[] key = walk.key();
        try {
          visit.visit(key, walk.value());
        } catch (RuntimeException e) {
          violated("%s: the record at %s cannot be read: %s".formatted(family, hex(key), e));
        }
      }
      walk.status();
    } catch (RocksDBException e) {
      violated("%s: %s".formatted(family, e.getMessage()));
    }
  }

  private void commit(byte[] key, byte[] value) {
    long revision = Format.number(key);
    if (revision != revisions + 1) {
      violated("commits: revision %d follows on %d".formatted(revision, revisions));
    }
    revisions = revision;
    Format.CommitRecord commit = Format.commit(value);
    newest.put(commit.branch(), revision);
    if (live.containsKey(commit.branch())) {
      commit.keys().forEach(changed -> changed(commit.branch(), changed, revision));
    } else if (!branches.containsKey(commit.branch())) {
      violated("commits: revision %d is of no branch".formatted(revision));
    }
  }

  private void changed(int branch, String key, long revision) {
    byte[] at = Format.entryKey(branch, Format.utf8(key), revision);
    if (engine.get(Engine.Family.ENTRIES, at, options).isPresent()) {
      changes++;
    } else if (!isInGap(at)) {
      changes++;
      violated("commits: revision %d changed '%s', which has no entry".formatted(revision, key));
    }
  }

  private boolean isInGap(byte[] at) {
    try (RocksIterator walk = engine.walk(Engine.Family.ENTRIES, options)) {
      walk.seek(at);
      return walk.isValid() && Format.sameKey(at, walk.key()) && Format.isGap(walk.value());
    }
  }

  private void entry(byte[] key, byte[] value) {
    changes--;
    Format.EntryKey at = Format.entryKey(key);
    if (at.revision() < 1 || at.revision() > revisions) {
      violated(
          "entries: '%s' at revision %d, which is not there".formatted(at.key(), at.revision()));
    }
    if (!live.containsKey(at.branch())) {
      violated("entries: '%s' is of no live branch".formatted(at.key()));
    }
    Admission.key(at.key());
    if (!Format.isGap(value)) {
      Format.value(value);
    }
  }

  private void branch(byte[] number, byte[] value) {
    Format.BranchRecord branch = Format.branch(number, value);
    Admission.branchName(branch.name());
    branches.put(branch.number(), branch);
    if (branch.live()) {
      live.put(branch.number(), branch);
    }
  }

  private void head(byte[] name, byte[] value) {
    Format.Head head = Format.head(value);
    Format.BranchRecord branch = live.remove(head.branch());
    if (branch == null || !branch.name().equals(Format.text(name))) {
      violated("heads: '%s' is of no live branch".formatted(Format.text(name)));
      return;
    }
    long expected = Math.max(newest.getOrDefault(head.branch(), 0L), branch.fork());
    if (head.revision() != expected) {
      violated(
          "heads: '%s' is at %d, its newest commit is %d"
              .formatted(Format.text(name), head.revision(), expected));
    }
  }

  private void origin(Format.BranchRecord branch) {
    Format.BranchRecord parent = branches.get(branch.parent());
    boolean isFirst = branch.parent() == 0 && branch.fork() == 0;
    boolean isForked = parent != null && (parent.live() || !branch.live());
    if ((!isFirst && !isForked) || branch.fork() > revisions) {
      violated("branches: '%s' was forked from what is not there".formatted(branch.name()));
    }
  }

  private void merge(byte[] key, byte[] value) {
    Format.Place at = Format.place(key);
    Format.MergeRecord merge = Format.merge(value);
    boolean named = branches.containsKey(at.branch()) && branches.containsKey(merge.source());
    long last = Math.max(at.revision(), merge.revertedBy());
    if (!named || merge.sourceRevision() >= at.revision() || last > revisions) {
      violated(
          "merges: revision %d of branch %d was merged from what is not there"
              .formatted(at.revision(), at.branch()));
    }
  }

  private void lease(byte[] name, byte[] value) {
    Lease lease = Format.lease(Format.text(name), value);
    Admission.lease(lease.name(), lease.owner());
    if (lease.timeToLive().toMillis() < 1
        || lease.timeToLive().compareTo(Limits.LEASE_TIME_TO_LIVE_MAX) > 0
        || lease.expires().isBefore(lease.since())) {
      violated("leases: '%s' is out of bounds: %s".formatted(lease.name(), lease));
    }
  }

  private void violated(String what) {
    violationCount++;
    if (violations.size() < VIOLATIONS_MAX) {
      violations.add(what);
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
