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
/// - each key that a commit changed has its entry, and there are no other entries;
/// - each branch's head is its newest commit;
/// - leases are within their bounds.
final class Inspection {
  private static final int VIOLATIONS_MAX = 100;

  private final Engine engine;
  private final ReadOptions options;
  private final List<String> violations = new ArrayList<>();
  private final Map<Integer, Long> newest = new HashMap<>();
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
    walk(Engine.Family.COMMITS, this::commit);
    walk(Engine.Family.ENTRIES, this::entry);
    if (changes != 0) {
      violated(
          "entries: %d %s than the commits name"
              .formatted(Math.abs(changes), changes > 0 ? "fewer" : "more"));
    }
    walk(Engine.Family.HEADS, this::head);
    newest.forEach(
        (branch, revision) ->
            violated(
                "heads: branch %d has commits up to %d but no head".formatted(branch, revision)));
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
    changes += commit.keys().size();
    for (String changed : commit.keys()) {
      byte[] at = Format.entryKey(commit.branch(), Format.utf8(changed), revision);
      if (engine.get(Engine.Family.ENTRIES, at, options).isEmpty()) {
        violated(
            "commits: revision %d changed '%s', which has no entry".formatted(revision, changed));
      }
    }
  }

  private void entry(byte[] key, byte[] value) {
    changes--;
    Format.EntryKey at = Format.entryKey(key);
    if (at.revision() < 1 || at.revision() > revisions) {
      violated(
          "entries: '%s' at revision %d, which is not there".formatted(at.key(), at.revision()));
    }
    Admission.key(at.key());
    Format.value(value);
  }

  private void head(byte[] name, byte[] value) {
    Format.Head head = Format.head(value);
    Long found = newest.remove(head.branch());
    long expected = found == null ? 0 : found;
    if (head.revision() != expected) {
      violated(
          "heads: '%s' is at %d, its newest commit is %d"
              .formatted(Format.text(name), head.revision(), expected));
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
