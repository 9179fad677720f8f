package dev.stead.store.rocks;

import dev.stead.store.CompactedException;
import dev.stead.store.Entry;
import dev.stead.store.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksIterator;

/// A walk over the live entries under a prefix, through all layers of a branch, in the order of the
/// keys' bytes.
final class Scan implements AutoCloseable {
  private final List<Cursor> cursors = new ArrayList<>();

  /// @param after only keys behind this one; `""` for all
  Scan(
      Engine engine,
      ReadOptions options,
      List<Branches.Layer> layers,
      String prefix,
      String after) {
    for (Branches.Layer layer : layers) {
      Cursor cursor = new Cursor(engine, engine.walk(Engine.Family.ENTRIES, options), layer);
      cursors.add(cursor);
      cursor.start(Format.utf8(prefix), Format.utf8(after));
    }
  }

  /// The next live entry; empty at the end.
  ///
  /// @throws CompactedException when a key's value is not known any more
  Optional<Entry> next() {
    while (true) {
      @Nullable Cursor first = null;
      for (Cursor cursor : cursors) {
        if (cursor.isBefore(first)) {
          first = cursor;
        }
      }
      if (first == null) {
        return Optional.empty();
      }
      byte[] key = first.key();
      Optional<Entry> entry = first.entry();
      cursors.forEach(cursor -> cursor.pass(key));
      if (entry.isPresent()) {
        return entry;
      }
    }
  }

  @Override
  public void close() {
    cursors.forEach(Cursor::close);
  }

  /// A walk over one layer. It stands on the entry that counts of a key, until it is at the end.
  private static final class Cursor {
    private final Engine engine;
    private final RocksIterator walk;
    private final Branches.Layer layer;
    private byte[] prefix = {};
    private boolean ended;

    Cursor(Engine engine, RocksIterator walk, Branches.Layer layer) {
      this.engine = engine;
      this.walk = walk;
      this.layer = layer;
    }

    void start(byte[] startOfKey, byte[] after) {
      prefix = Format.entryPrefix(layer.branch(), startOfKey);
      boolean fromTheStart = Arrays.compareUnsigned(after, startOfKey) < 0 || after.length == 0;
      walk.seek(
          fromTheStart
              ? prefix
              : Format.afterKey(Format.entryKey(layer.branch(), after, Long.MAX_VALUE)));
      settle();
    }

    /// Moves on to an entry that counts, from wherever it stands.
    private void settle() {
      while (walk.isValid() && Format.startsWith(walk.key(), prefix)) {
        byte[] at = walk.key();
        if (layer.contains(Format.entryKey(at).key()) && seekAsOf(at)) {
          return;
        }
        if (walk.isValid() && Format.sameKey(at, walk.key())) {
          walk.seek(Format.afterKey(at));
        }
      }
      engine.verify(walk);
      ended = true;
    }

    /// Moves from a key's newest revision to its newest as of the ceiling. False when it had none
    /// yet: the walk then stands behind the key.
    private boolean seekAsOf(byte[] at) {
      if (Format.revision(at) > layer.ceiling()) {
        walk.seek(Format.atRevision(at, layer.ceiling()));
      }
      return walk.isValid() && Format.sameKey(at, walk.key());
    }

    /// Whether its key stands before another cursor's; an equal one does not.
    boolean isBefore(@Nullable Cursor other) {
      return !ended && (other == null || Arrays.compareUnsigned(key(), other.key()) < 0);
    }

    /// The bytes of the key.
    byte[] key() {
      return Format.keyOf(walk.key());
    }

    Optional<Entry> entry() {
      Format.EntryKey at = Format.entryKey(walk.key());
      byte[] bytes = walk.value();
      if (Format.isGap(bytes)) {
        throw Timeline.compacted(at.key(), layer.ceiling());
      }
      Optional<Value> value = Format.value(bytes);
      return value.map(written -> new Entry(at.key(), at.revision(), written));
    }

    /// Leaves this key when it stands on it.
    void pass(byte[] key) {
      if (!ended && Arrays.equals(key, key())) {
        walk.seek(Format.afterKey(walk.key()));
        settle();
      }
    }

    void close() {
      walk.close();
    }
  }
}
