package dev.stead.store.rocks;

import dev.stead.store.Entry;
import dev.stead.store.Limits;
import dev.stead.store.Merge;
import dev.stead.store.MergeResult;
import dev.stead.store.MergeResult.KeyConflict;
import dev.stead.store.Point;
import dev.stead.store.Revert;
import dev.stead.store.Side;
import dev.stead.store.SparedKeyException;
import dev.stead.store.Value;
import dev.stead.store.document.ThreeWay;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.rocksdb.RocksDBException;

/// What a merge and a revert do to the state. Both bring what changed between two states of a key
/// to a third: a merge from the last common one to the source's; a revert from what a commit wrote
/// to what was before it. Used once.
final class Merging {
  private final Group group;
  private final Engine engine;
  private final Map<String, Optional<Value>> changes = new TreeMap<>();
  private final List<KeyConflict> conflicts = new ArrayList<>();

  Merging(Group group, Engine engine) {
    this.group = group;
    this.engine = engine;
  }

  /// The commit to be written, but for what it changes.
  private record Header(
      String branch, long revision, Instant time, String author, String message) {}

  MergeResult merge(Merge merge, long revision, Instant time) throws RocksDBException {
    Branches branches = engine.branches();
    int source = branches.number(merge.source());
    int target = branches.number(merge.target());
    if (source == target) {
      throw new IllegalArgumentException(
          "the branch '%s' cannot be merged into itself".formatted(merge.source()));
    }
    Format.Place from = new Format.Place(source, group.head(merge.source()));
    Ancestry theirs = Ancestry.of(engine, from);
    Ancestry ours = Ancestry.of(engine, new Format.Place(target, group.head(merge.target())));
    Format.Place base = theirs.common(ours);
    Ancestry common = Ancestry.of(engine, base);
    for (String key : theirs.changedSince(common)) {
      settle(key, base, from, target, merge);
    }
    if (changes.isEmpty() && conflicts.isEmpty()) {
      return new MergeResult.UpToDate();
    }
    spare(merge.spared());
    if (merge.mode() == Merge.Mode.FAST_FORWARD
        && ours.changedSince(common).stream()
            .anyMatch(key -> !value(target, key, Point.NEWEST).equals(value(base, key)))) {
      return new MergeResult.Diverged(theirs.point(base));
    }
    MergeResult result =
        write(new Header(merge.target(), revision, time, merge.author(), merge.message()));
    if (result instanceof MergeResult.Merged) {
      group.addMerge(
          new Format.Place(target, revision), new Format.MergeRecord(source, from.revision(), 0));
    }
    return result;
  }

  private void settle(String key, Format.Place base, Format.Place from, int target, Merge merge) {
    Branches branches = engine.branches();
    boolean shared =
        branches.inherits(from.branch(), base.branch(), key)
            && branches.inherits(target, base.branch(), key);
    Optional<Value> before = shared ? value(base, key) : Optional.empty();
    Optional<Value> theirs = value(from, key);
    Optional<Value> ours = value(target, key, Point.NEWEST);
    boolean outOfSight = ours.isEmpty() && !branches.inherits(target, from.branch(), key);
    if (outOfSight || theirs.equals(before)) {
      return;
    }
    if (merge.mode() == Merge.Mode.OVERWRITE) {
      change(key, ours, theirs);
    } else {
      settle(key, before, ours, theirs, merge.resolutions());
    }
  }

  private void settle(
      String key,
      Optional<Value> base,
      Optional<Value> ours,
      Optional<Value> theirs,
      Map<String, Side> resolutions) {
    switch (ThreeWay.merge(base, ours, theirs)) {
      case ThreeWay.Outcome.Agreed(Optional<Value> agreed) -> change(key, ours, agreed);
      case ThreeWay.Outcome.Clashed(List<String> paths) -> {
        Side side = resolutions.get(key);
        if (side == null) {
          conflicts.add(new KeyConflict(key, paths, base, ours, theirs));
        } else {
          change(key, ours, side == Side.OURS ? ours : theirs);
        }
      }
    }
  }

  /// Refuses what would change, or might once it is resolved, a key under one of the prefixes.
  private void spare(Set<String> prefixes) {
    Stream.concat(changes.keySet().stream(), conflicts.stream().map(KeyConflict::key))
        .filter(key -> prefixes.stream().anyMatch(key::startsWith))
        .min(Comparator.naturalOrder())
        .ifPresent(
            key -> {
              throw new SparedKeyException(key);
            });
  }

  private void change(String key, Optional<Value> now, Optional<Value> then) {
    if (!now.equals(then)) {
      changes.put(key, then);
    }
  }

  private Optional<Value> value(Format.Place at, String key) {
    return value(at.branch(), key, at.revision());
  }

  private Optional<Value> value(int branch, String key, long revision) {
    return Timeline.get(engine, branch, key, revision).map(Entry::value);
  }

  MergeResult revert(Revert revert, long revision, Instant time) throws RocksDBException {
    int branch = engine.branches().number(revert.branch());
    long reverted = revert.revision();
    Optional<Format.CommitRecord> commit =
        engine.get(Engine.Family.COMMITS, Format.number(reverted)).map(Format::commit);
    if (commit.isEmpty() || commit.orElseThrow().branch() != branch) {
      throw new IllegalArgumentException(
          "revision %d is no commit of the branch '%s'".formatted(reverted, revert.branch()));
    }
    for (String key : commit.orElseThrow().keys()) {
      settle(
          key,
          value(branch, key, reverted),
          value(branch, key, Point.NEWEST),
          value(branch, key, reverted - 1),
          revert.resolutions());
    }
    if (changes.isEmpty() && conflicts.isEmpty()) {
      return new MergeResult.UpToDate();
    }
    spare(revert.spared());
    MergeResult result =
        write(new Header(revert.branch(), revision, time, revert.author(), revert.message()));
    if (result instanceof MergeResult.Merged) {
      group.revertMerge(new Format.Place(branch, reverted), revision);
    }
    return result;
  }

  private MergeResult write(Header header) throws RocksDBException {
    if (!conflicts.isEmpty()) {
      return new MergeResult.Conflicted(List.copyOf(conflicts));
    }
    Set<String> keys = changes.keySet();
    Admission.atMost(keys.size(), Limits.COMMIT_MUTATIONS_MAX, "changes in a merge");
    Admission.atMost(bytes(), Limits.COMMIT_BYTES_MAX, "bytes in a merge");
    int branch = engine.branches().number(header.branch());
    for (Map.Entry<String, Optional<Value>> change : changes.entrySet()) {
      group.addEntry(branch, change.getKey(), header.revision(), change.getValue());
    }
    group.addCommit(
        header.branch(),
        header.revision(),
        new Format.CommitRecord(
            branch, header.time(), header.author(), header.message(), List.copyOf(keys)));
    return new MergeResult.Merged(header.revision(), List.copyOf(keys));
  }

  private long bytes() {
    return changes.values().stream()
        .mapToLong(value -> value.map(written -> written.bytes().length).orElse(0))
        .sum();
  }
}
