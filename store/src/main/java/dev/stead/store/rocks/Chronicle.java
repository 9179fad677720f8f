package dev.stead.store.rocks;

import dev.stead.store.Change;
import dev.stead.store.Entry;
import dev.stead.store.Limits;
import dev.stead.store.Patch;
import dev.stead.store.Value;
import dev.stead.store.Version;
import dev.stead.store.document.Patches;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import org.rocksdb.RocksIterator;

/// Reads of what happened, newest first.
final class Chronicle {
  private static final Comparator<Format.EntryKey> NEWEST_FIRST =
      Comparator.comparingLong(Format.EntryKey::revision)
          .reversed()
          .thenComparing(Format.EntryKey::key);

  private Chronicle() {}

  /// The newest changes under a prefix that the layers of a branch show.
  static List<Change> history(View view, List<Branches.Layer> layers, String prefix, int limit) {
    // Its head is the oldest, which goes first.
    PriorityQueue<Format.EntryKey> newest = new PriorityQueue<>(NEWEST_FIRST.reversed());
    for (Branches.Layer layer : layers) {
      collect(view, layer, prefix, limit, newest);
    }
    List<Change> changes = new ArrayList<>();
    long bytes = 0;
    for (Format.EntryKey at : newest.stream().sorted(NEWEST_FIRST).toList()) {
      if (bytes < Limits.HISTORY_BYTES_MAX) {
        Change change = change(view, at);
        changes.add(change);
        bytes += bytes(change);
      }
    }
    return changes;
  }

  private static long bytes(Change change) {
    return change.entry().map(entry -> entry.value().bytes().length).orElse(0);
  }

  private static void collect(
      View view,
      Branches.Layer layer,
      String prefix,
      int limit,
      PriorityQueue<Format.EntryKey> newest) {
    byte[] start = Format.entryPrefix(layer.branch(), Format.utf8(prefix));
    try (RocksIterator walk = view.engine().walk(Engine.Family.ENTRIES, view.options())) {
      for (walk.seek(start); walk.isValid() && Format.startsWith(walk.key(), start); walk.next()) {
        Format.EntryKey key = Format.entryKey(walk.key());
        if (key.revision() <= layer.ceiling()
            && layer.contains(key.key())
            && !Format.isGap(walk.value())) {
          newest.add(key);
        }
        if (newest.size() > limit) {
          newest.remove();
        }
      }
      view.engine().verify(walk);
    }
  }

  private static Change change(View view, Format.EntryKey at) {
    byte[] key = Format.entryKey(at.branch(), Format.utf8(at.key()), at.revision());
    byte[] bytes = view.engine().get(Engine.Family.ENTRIES, key, view.options()).orElseThrow();
    return change(view.engine(), at, bytes);
  }

  /// What the commit of a revision did to a key.
  static Change change(Engine engine, Format.EntryKey at, byte[] bytes) {
    Format.CommitRecord commit = Timeline.commit(engine, at.revision());
    Optional<Value> value = Format.value(bytes);
    return new Change(
        at.key(),
        at.revision(),
        commit.time(),
        commit.author(),
        commit.message(),
        value.map(written -> new Entry(at.key(), at.revision(), written)));
  }

  /// The newest changes of one key, with their patches.
  static List<Version> versions(View view, List<Branches.Layer> layers, String key, int limit) {
    Past past = new Past(limit);
    for (Branches.Layer layer : layers) {
      if (layer.contains(key)) {
        collect(view, layer, key, past);
      }
    }
    List<Optional<Change>> changes = past.changes;
    List<Version> versions = new ArrayList<>();
    for (int i = 0; i < Math.min(past.wanted, changes.size()) && changes.get(i).isPresent(); i++) {
      Change change = changes.get(i).orElseThrow();
      // What is before the first change is nothing; before a gap it is not known.
      Optional<Patch> patch =
          i + 1 == changes.size()
              ? Optional.of(patch(change, Optional.empty()))
              : changes.get(i + 1).map(former -> patch(change, former.entry()));
      versions.add(new Version(change, patch));
    }
    return versions;
  }

  /// The newest changes of a key, as many as are wanted and the one before them, from which the
  /// oldest was made. An empty one stands for a gap.
  private static final class Past {
    final List<Optional<Change>> changes = new ArrayList<>();
    int wanted;
    private long bytes;

    Past(int wanted) {
      this.wanted = wanted;
    }

    boolean isWhole() {
      return changes.size() > wanted;
    }

    void add(Optional<Change> change) {
      changes.add(change);
      bytes += change.map(Chronicle::bytes).orElse(0L);
      if (bytes >= Limits.HISTORY_BYTES_MAX) {
        wanted = Math.min(wanted, changes.size());
      }
    }
  }

  private static Patch patch(Change change, Optional<Entry> former) {
    return Patches.between(change.entry().map(Entry::value), former.map(Entry::value));
  }

  /// Adds a layer's changes of a key, newest first.
  private static void collect(View view, Branches.Layer layer, String key, Past past) {
    byte[] start = Format.entryKey(layer.branch(), Format.utf8(key), layer.ceiling());
    try (RocksIterator walk = view.engine().walk(Engine.Family.ENTRIES, view.options())) {
      for (walk.seek(start);
          walk.isValid() && Format.sameKey(walk.key(), start) && !past.isWhole();
          walk.next()) {
        byte[] bytes = walk.value();
        past.add(
            Format.isGap(bytes)
                ? Optional.empty()
                : Optional.of(change(view.engine(), Format.entryKey(walk.key()), bytes)));
      }
      view.engine().verify(walk);
    }
  }
}
