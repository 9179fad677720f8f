package dev.stead.store.rocks;

import dev.stead.store.Change;
import dev.stead.store.Entry;
import dev.stead.store.Lease;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import org.rocksdb.RocksIterator;

/// Reads of the versioned space, as of any revision.
final class Timeline {
  private Timeline() {}

  static Optional<Entry> get(Engine engine, int branch, String key, long revision) {
    byte[] wanted = Format.entryKey(branch, Format.utf8(key), revision);
    try (RocksIterator walk = engine.walk(Engine.Family.ENTRIES)) {
      walk.seek(wanted);
      if (!walk.isValid()) {
        engine.verify(walk);
        return Optional.empty();
      }
      byte[] found = walk.key();
      return Format.sameKey(wanted, found) ? entry(found, walk.value()) : Optional.empty();
    }
  }

  static List<Entry> list(Engine engine, int branch, String prefix, long revision) {
    byte[] start = Format.entryPrefix(branch, Format.utf8(prefix));
    List<Entry> live = new ArrayList<>();
    try (RocksIterator walk = engine.walk(Engine.Family.ENTRIES)) {
      walk.seek(start);
      while (walk.isValid() && Format.startsWith(walk.key(), start)) {
        byte[] key = walk.key();
        if (seekAsOf(walk, key, revision)) {
          entry(walk.key(), walk.value()).ifPresent(live::add);
          walk.seek(Format.afterKey(key));
        }
      }
      engine.verify(walk);
    }
    return live;
  }

  /// Moves from a key's newest revision to its newest as of this one. False when it had none yet:
  /// the walk then stands behind the key.
  private static boolean seekAsOf(RocksIterator walk, byte[] key, long revision) {
    if (Format.revision(key) > revision) {
      walk.seek(Format.atRevision(key, revision));
    }
    return walk.isValid() && Format.sameKey(key, walk.key());
  }

  /// The newest changes under a prefix, newest first.
  static List<Change> history(Engine engine, int branch, String prefix, int limit) {
    byte[] start = Format.entryPrefix(branch, Format.utf8(prefix));
    long head = engine.head();
    PriorityQueue<Format.EntryKey> newest =
        new PriorityQueue<>(Comparator.comparingLong(Format.EntryKey::revision));
    try (RocksIterator walk = engine.walk(Engine.Family.ENTRIES)) {
      for (walk.seek(start); walk.isValid() && Format.startsWith(walk.key(), start); walk.next()) {
        Format.EntryKey key = Format.entryKey(walk.key());
        if (key.revision() <= head) {
          newest.add(key);
        }
        if (newest.size() > limit) {
          newest.remove();
        }
      }
      engine.verify(walk);
    }
    return newest.stream()
        .sorted(
            Comparator.comparingLong(Format.EntryKey::revision)
                .reversed()
                .thenComparing(Format.EntryKey::key))
        .map(key -> change(engine, key))
        .toList();
  }

  static Optional<Lease> lease(Engine engine, String name) {
    return engine
        .get(Engine.Family.LEASES, Format.utf8(name))
        .map(bytes -> Format.lease(name, bytes));
  }

  private static Change change(Engine engine, Format.EntryKey key) {
    Format.CommitRecord commit =
        engine
            .get(Engine.Family.COMMITS, Format.number(key.revision()))
            .map(Format::commit)
            .orElseThrow(
                () -> new IllegalStateException("no commit for revision " + key.revision()));
    return new Change(
        key.key(),
        key.revision(),
        commit.time(),
        commit.author(),
        commit.message(),
        get(engine, key.branch(), key.key(), key.revision()));
  }

  private static Optional<Entry> entry(byte[] key, byte[] value) {
    Format.EntryKey at = Format.entryKey(key);
    return Format.value(value).map(written -> new Entry(at.key(), at.revision(), written));
  }
}
