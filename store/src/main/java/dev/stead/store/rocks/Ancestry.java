package dev.stead.store.rocks;

import dev.stead.store.Point;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.rocksdb.RocksIterator;

/// Everything that a place in a branch came from, by forks and merges: of each branch the newest
/// revision that is in it. A merge that was reverted is not in it.
final class Ancestry {
  private final Engine engine;
  private final Map<Integer, Long> reached = new HashMap<>();

  private Ancestry(Engine engine) {
    this.engine = engine;
  }

  static Ancestry of(Engine engine, Format.Place place) {
    Ancestry ancestry = new Ancestry(engine);
    ancestry.add(place);
    return ancestry;
  }

  // Deep at most as branches are forked and merged in a chain, each time from an older revision.
  private void add(Format.Place place) {
    if (reached.getOrDefault(place.branch(), -1L) >= place.revision()) {
      return;
    }
    reached.put(place.branch(), place.revision());
    if (!engine.branches().isLive(place.branch())) {
      return;
    }
    Format.BranchRecord branch = engine.branches().record(place.branch());
    if (branch.parent() != 0) {
      add(new Format.Place(branch.parent(), Math.min(branch.fork(), place.revision())));
    }
    byte[] first = Format.place(new Format.Place(place.branch(), 0));
    try (RocksIterator walk = engine.walk(Engine.Family.MERGES)) {
      for (walk.seek(first); walk.isValid(); walk.next()) {
        Format.Place at = Format.place(walk.key());
        if (at.branch() != place.branch() || at.revision() > place.revision()) {
          break;
        }
        Format.MergeRecord merge = Format.merge(walk.value());
        if (merge.revertedBy() == 0) {
          add(new Format.Place(merge.source(), merge.sourceRevision()));
        }
      }
      engine.verify(walk);
    }
  }

  /// The last place that both came from: of those that each contains the newest. Where two branches
  /// were merged crosswise there are several, and one is as good as the other.
  Format.Place common(Ancestry other) {
    Format.Place common = new Format.Place(Format.FIRST_BRANCH, 0);
    for (Map.Entry<Integer, Long> place : reached.entrySet()) {
      Long theirs = other.reached.get(place.getKey());
      if (theirs == null || !engine.branches().isLive(place.getKey())) {
        continue;
      }
      long revision = Math.min(place.getValue(), theirs);
      if (revision > common.revision()) {
        common = new Format.Place(place.getKey(), revision);
      }
    }
    return common;
  }

  /// The keys that commits changed which are in this and not in the older one, in order.
  SortedSet<String> changedSince(Ancestry older) {
    SortedSet<String> keys = new TreeSet<>();
    try (RocksIterator walk = engine.walk(Engine.Family.COMMITS)) {
      for (walk.seek(Format.number(firstSince(older))); walk.isValid(); walk.next()) {
        Format.CommitRecord commit = Format.commit(walk.value());
        Format.Place place = new Format.Place(commit.branch(), Format.number(walk.key()));
        if (contains(place) && !older.contains(place)) {
          keys.addAll(commit.keys());
        }
      }
      engine.verify(walk);
    }
    return keys;
  }

  private boolean contains(Format.Place place) {
    return reached.getOrDefault(place.branch(), -1L) >= place.revision();
  }

  /// Before this one there is no commit that only this contains.
  private long firstSince(Ancestry older) {
    long first = Long.MAX_VALUE;
    for (Map.Entry<Integer, Long> place : reached.entrySet()) {
      int branch = place.getKey();
      long before = older.reached.getOrDefault(branch, 0L);
      if (engine.branches().isLive(branch)) {
        before = Math.max(before, ownStart(branch));
      }
      if (before < place.getValue()) {
        first = Math.min(first, before + 1);
      }
    }
    return first;
  }

  /// The revision behind which a branch has commits of its own.
  private long ownStart(int branch) {
    Format.BranchRecord record = engine.branches().record(branch);
    return record.parent() == 0 ? 0 : record.fork();
  }

  /// The place, in words for users.
  Point point(Format.Place place) {
    return new Point(engine.branches().record(place.branch()).name(), place.revision());
  }
}
