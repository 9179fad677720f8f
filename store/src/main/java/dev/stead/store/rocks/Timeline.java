package dev.stead.store.rocks;

import dev.stead.store.Branch;
import dev.stead.store.CompactedException;
import dev.stead.store.Difference;
import dev.stead.store.Entry;
import dev.stead.store.Lease;
import dev.stead.store.Point;
import dev.stead.store.Value;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksIterator;

/// Reads of the versioned space, as of any revision.
final class Timeline {
  private Timeline() {}

  /// The value of a key, looked for in one layer of the branch after the other.
  static Optional<Entry> get(Engine engine, int branch, String key, long revision) {
    return get(engine, engine.branches().layers(branch, revision), key);
  }

  static Optional<Entry> get(Engine engine, List<Branches.Layer> layers, String key) {
    byte[] utf8 = Format.utf8(key);
    for (Branches.Layer layer : layers) {
      if (layer.contains(key)) {
        Found found = find(engine, Format.entryKey(layer.branch(), utf8, layer.ceiling()));
        if (found != null) {
          return found.entry(key, layer.ceiling());
        }
      }
    }
    return Optional.empty();
  }

  /// What stands at a place of a key.
  private record Found(long revision, boolean isGap, Optional<Value> value) {
    static Found of(byte[] at, byte[] bytes) {
      boolean isGap = Format.isGap(bytes);
      return new Found(Format.revision(at), isGap, isGap ? Optional.empty() : Format.value(bytes));
    }

    Optional<Entry> entry(String key, long asked) {
      if (isGap) {
        throw compacted(key, asked);
      }
      return value.map(written -> new Entry(key, revision, written));
    }
  }

  private static @Nullable Found find(Engine engine, byte[] wanted) {
    try (RocksIterator walk = engine.walk(Engine.Family.ENTRIES)) {
      walk.seek(wanted);
      if (!walk.isValid()) {
        engine.verify(walk);
        return null;
      }
      byte[] at = walk.key();
      return Format.sameKey(wanted, at) ? Found.of(at, walk.value()) : null;
    }
  }

  static CompactedException compacted(String key, long revision) {
    return new CompactedException(
        "the value of '%s' as of revision %d is no longer kept: its history was compacted"
            .formatted(key, revision));
  }

  static List<Entry> list(View view, Point at, String prefix, String after, long limit) {
    Branches branches = view.engine().branches();
    List<Branches.Layer> layers = branches.layers(branches.number(at.branch()), at.revision());
    List<Entry> live = new ArrayList<>();
    try (Scan scan = new Scan(view.engine(), view.options(), layers, prefix, after)) {
      for (Optional<Entry> next = scan.next();
          next.isPresent() && live.size() < limit;
          next = scan.next()) {
        live.add(next.orElseThrow());
      }
    }
    return live;
  }

  /// What a walk over two points is about.
  ///
  /// @param after only keys behind this one; `""` for all
  record Range(String prefix, String after, long limit) {}

  static List<Difference> diff(View view, Point left, Point right, Range range) {
    try (Scan lefts = scan(view, left, range);
        Scan rights = scan(view, right, range)) {
      List<Difference> differences = new ArrayList<>();
      Optional<Entry> one = lefts.next();
      Optional<Entry> other = rights.next();
      while ((one.isPresent() || other.isPresent()) && differences.size() < range.limit()) {
        int order = order(one, other);
        Optional<Entry> before = order <= 0 ? one : Optional.empty();
        Optional<Entry> after = order >= 0 ? other : Optional.empty();
        if (!before.map(Entry::value).equals(after.map(Entry::value))) {
          String key = before.or(() -> after).map(Entry::key).orElseThrow();
          differences.add(new Difference(key, before, after));
        }
        one = order <= 0 ? lefts.next() : one;
        other = order >= 0 ? rights.next() : other;
      }
      return differences;
    }
  }

  private static Scan scan(View view, Point at, Range range) {
    Branches branches = view.engine().branches();
    return new Scan(
        view.engine(),
        view.options(),
        branches.layers(branches.number(at.branch()), at.revision()),
        range.prefix(),
        range.after());
  }

  /// The order of two keys; one that is not there comes last.
  private static int order(Optional<Entry> one, Optional<Entry> other) {
    if (one.isEmpty() || other.isEmpty()) {
      return one.isPresent() ? -1 : 1;
    }
    return Arrays.compareUnsigned(
        Format.utf8(one.orElseThrow().key()), Format.utf8(other.orElseThrow().key()));
  }

  /// The newest revision that was committed by then: times never go down from one to the next.
  static long revisionAt(Engine engine, Instant instant) {
    long low = 0;
    long high = engine.head();
    while (low < high) {
      long middle = low + (high - low + 1) / 2;
      if (commit(engine, middle).time().isAfter(instant)) {
        high = middle - 1;
      } else {
        low = middle;
      }
    }
    return low;
  }

  static Format.CommitRecord commit(Engine engine, long revision) {
    return engine
        .get(Engine.Family.COMMITS, Format.number(revision))
        .map(Format::commit)
        .orElseThrow(() -> new IllegalStateException("no commit for revision " + revision));
  }

  /// The live branches with their heads, by name.
  static List<Branch> branches(View view) {
    List<Branch> found = new ArrayList<>();
    try (RocksIterator walk = view.engine().walk(Engine.Family.HEADS, view.options())) {
      Branches branches = view.engine().branches();
      for (walk.seekToFirst(); walk.isValid(); walk.next()) {
        Format.Head head = Format.head(walk.value());
        // One that was made or deleted since the view was taken is left out.
        if (branches.isLive(head.branch())) {
          found.add(branches.branch(head.branch(), head.revision()));
        }
      }
      view.engine().verify(walk);
    }
    return found;
  }

  static Optional<Lease> lease(Engine engine, String name) {
    return engine
        .get(Engine.Family.LEASES, Format.utf8(name))
        .map(bytes -> Format.lease(name, bytes));
  }

  /// The leases under a prefix by name, also those that have expired.
  static SortedMap<String, Lease> leases(Engine engine, String prefix) {
    SortedMap<String, Lease> leases = new TreeMap<>();
    byte[] start = Format.utf8(prefix);
    try (RocksIterator walk = engine.walk(Engine.Family.LEASES)) {
      for (walk.seek(start); walk.isValid() && Format.startsWith(walk.key(), start); walk.next()) {
        String name = Format.text(walk.key());
        leases.put(name, Format.lease(name, walk.value()));
      }
      engine.verify(walk);
    }
    return leases;
  }
}
