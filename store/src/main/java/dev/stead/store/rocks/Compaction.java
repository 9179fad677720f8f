package dev.stead.store.rocks;

import dev.stead.store.Retention;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/// One step of a compaction: it looks at some keys that one rule counts for, on one branch, and
/// removes what neither the rule nor a live branch needs. A branch needs what is the newest of a
/// key where it was forked, and where it was merged from: the next merge starts there.
final class Compaction {
  private static final int KEYS_MAX = 256;
  private static final int REMOVALS_MAX = 4_096;

  private final Group group;
  private final Engine engine;
  private final Command.Compact step;
  private final Instant time;
  private final Map<String, Retention> rules;
  private final TreeSet<Long> pins = new TreeSet<>();
  private long removed;

  Compaction(Group group, Engine engine, Command.Compact step, Instant time) {
    this.group = group;
    this.engine = engine;
    this.step = step;
    this.time = time;
    this.rules = Retentions.all(engine);
  }

  /// What a step did.
  ///
  /// @param next the key to go on behind; empty at the end
  record Step(long removed, Optional<String> next) {}

  /// One entry of a key that is looked at.
  private record Stored(long revision, boolean isGap) {}

  Step run() throws RocksDBException {
    Retention rule = rules.getOrDefault(step.prefix(), new Retention.All());
    if (rule instanceof Retention.All || !engine.branches().isLive(step.branch())) {
      return new Step(0, Optional.empty());
    }
    pin();
    byte[] prefix = Format.entryPrefix(step.branch(), Format.utf8(step.prefix()));
    String former = step.after();
    try (RocksIterator walk = engine.walk(Engine.Family.ENTRIES)) {
      walk.seek(start(prefix));
      for (int keys = 0; walk.isValid() && Format.startsWith(walk.key(), prefix); keys++) {
        if (keys == KEYS_MAX || removed >= REMOVALS_MAX) {
          return new Step(removed, Optional.of(former));
        }
        byte[] first = walk.key();
        String key = Format.entryKey(first).key();
        List<Stored> entries = take(walk);
        if (Retentions.counts(rules, step.prefix(), key)) {
          remove(first, entries, rule);
        }
        // A key with more to remove than one step may is looked at again.
        former = removed >= REMOVALS_MAX ? former : key;
      }
      engine.verify(walk);
    }
    return new Step(removed, removed >= REMOVALS_MAX ? Optional.of(former) : Optional.empty());
  }

  private byte[] start(byte[] prefix) {
    return step.after().isEmpty()
        ? prefix
        : Format.afterKey(
            Format.entryKey(step.branch(), Format.utf8(step.after()), Long.MAX_VALUE));
  }

  private void pin() {
    for (Format.BranchRecord branch : engine.branches().all()) {
      if (branch.parent() == step.branch()) {
        pins.add(branch.fork());
      }
    }
    try (RocksIterator walk = engine.walk(Engine.Family.MERGES)) {
      for (walk.seekToFirst(); walk.isValid(); walk.next()) {
        Format.MergeRecord merge = Format.merge(walk.value());
        boolean target = engine.branches().isLive(Format.place(walk.key()).branch());
        if (target && merge.source() == step.branch()) {
          pins.add(merge.sourceRevision());
        }
      }
      engine.verify(walk);
    }
  }

  /// The entries of the key that the walk stands on, newest first; it stands behind them then.
  private static List<Stored> take(RocksIterator walk) {
    List<Stored> entries = new ArrayList<>();
    byte[] first = walk.key();
    while (walk.isValid() && Format.sameKey(first, walk.key())) {
      entries.add(new Stored(Format.revision(walk.key()), Format.isGap(walk.value())));
      walk.next();
    }
    return entries;
  }

  /// Removes from the oldest on, so that each gap begins with what was removed first.
  private void remove(byte[] key, List<Stored> entries, Retention rule) throws RocksDBException {
    boolean inGap = false;
    for (int i = entries.size() - 1; i > 0 && removed < REMOVALS_MAX; i--) {
      Stored entry = entries.get(i);
      byte[] at = Format.atRevision(key, entry.revision());
      if (entry.isGap()) {
        // Behind another gap it tells nothing more.
        if (inGap) {
          group.removeEntry(at);
        }
        inGap = true;
      } else if (keeps(rule, entries, i) || isPinned(entries, i)) {
        inGap = false;
      } else {
        remove(at, inGap);
        inGap = true;
        removed++;
      }
    }
  }

  private void remove(byte[] at, boolean inGap) throws RocksDBException {
    if (inGap) {
      group.removeEntry(at);
    } else {
      group.putGap(at);
    }
  }

  private boolean keeps(Retention rule, List<Stored> entries, int index) {
    return switch (rule) {
      case Retention.All _ -> true;
      case Retention.Newest(int revisions) -> index < revisions;
      case Retention.Within(Duration period) -> {
        long successor = entries.get(index - 1).revision();
        Instant replaced = Timeline.commit(engine, successor).time();
        yield !replaced.isBefore(time.minus(period));
      }
    };
  }

  /// Whether a live branch sees this one: it is the newest up to where that was forked.
  private boolean isPinned(List<Stored> entries, int index) {
    Long pin = pins.ceiling(entries.get(index).revision());
    return pin != null && pin < entries.get(index - 1).revision();
  }
}
