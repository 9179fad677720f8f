package dev.stead.store.rocks;

import dev.stead.store.Change;
import dev.stead.store.Point;
import dev.stead.store.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksIterator;

/// A watch that reads the commits' records from disk, from one to the next. It holds no more than
/// the revision it came to, so that it can neither miss a commit nor fill a buffer.
final class RocksWatch implements Watch {
  private final Gate gate;
  private final Arrivals arrivals;
  private final int branch;
  private final String prefix;
  private final Runnable closing;
  private long seen;
  private boolean closed;

  /// What is watched.
  record Subject(int branch, String prefix, long after) {}

  RocksWatch(Gate gate, Arrivals arrivals, Subject subject, Runnable closing) {
    this.gate = gate;
    this.arrivals = arrivals;
    this.branch = subject.branch();
    this.prefix = subject.prefix();
    this.seen = subject.after();
    this.closing = closing;
  }

  @Override
  public Optional<Seen> next(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!closed) {
      Optional<Seen> found = gate.read(this::find);
      if (found.isPresent() || !arrivals.awaitBehind(seen, deadline - System.nanoTime())) {
        return found;
      }
    }
    throw new IllegalStateException("the watch is closed");
  }

  /// The next one that is there already.
  private Optional<Seen> find(Engine engine) {
    long head = engine.head();
    try (View view = new View(engine);
        RocksIterator walk = engine.walk(Engine.Family.COMMITS, view.options())) {
      List<Branches.Layer> layers = engine.branches().layers(branch, Point.NEWEST);
      for (walk.seek(Format.number(seen + 1)); walk.isValid(); walk.next()) {
        long revision = Format.number(walk.key());
        if (revision > head) {
          break;
        }
        Seen next = seen(view, layers, revision, Format.commit(walk.value()));
        seen = next == null ? revision : next.revision();
        if (next != null) {
          return Optional.of(next);
        }
      }
      engine.verify(walk);
      return Optional.empty();
    }
  }

  /// What there is to see of a commit; null when it does not concern the prefix.
  private @Nullable Seen seen(
      View view, List<Branches.Layer> layers, long revision, Format.CommitRecord commit) {
    List<String> keys =
        layers.stream()
            .filter(layer -> layer.branch() == commit.branch() && revision <= layer.ceiling())
            .flatMap(layer -> commit.keys().stream().filter(layer::contains))
            .filter(key -> key.startsWith(prefix))
            .sorted(Comparator.naturalOrder())
            .toList();
    if (keys.isEmpty()) {
      return null;
    }
    List<Change> changes = new ArrayList<>();
    for (String key : keys) {
      byte[] at = Format.entryKey(commit.branch(), Format.utf8(key), revision);
      Optional<byte[]> bytes = view.engine().get(Engine.Family.ENTRIES, at, view.options());
      if (bytes.isEmpty() || Format.isGap(bytes.orElseThrow())) {
        return new Seen.Compacted(view.engine().head());
      }
      changes.add(
          Chronicle.change(
              view.engine(),
              new Format.EntryKey(commit.branch(), key, revision),
              bytes.orElseThrow()));
    }
    return new Seen.Commit(revision, commit.time(), commit.author(), commit.message(), changes);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      closing.run();
    }
  }
}
