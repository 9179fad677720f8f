package dev.stead.store.rocks;

import dev.stead.store.Commit;
import dev.stead.store.CommitResult;
import dev.stead.store.Entry;
import dev.stead.store.Fork;
import dev.stead.store.Lease;
import dev.stead.store.LeaseResult;
import dev.stead.store.Limits;
import dev.stead.store.Merge;
import dev.stead.store.Retention;
import dev.stead.store.Revert;
import dev.stead.store.Value;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rocksdb.RocksDBException;

/// What commands do to the state. The same commands in the same order, with the same revisions and
/// times, give the same state and the same results: nothing here looks at a clock, at chance, or at
/// anything but the state.
final class StateMachine {
  private final Group group;
  private final Engine engine;

  /// @param engine the state before the group
  StateMachine(Group group, Engine engine) {
    this.group = group;
    this.engine = engine;
  }

  /// Applies a command.
  ///
  /// @param revision what a commit becomes, if its conditions hold
  /// @throws IllegalArgumentException when it is refused; nothing was added to the group then
  Object apply(Command<?> command, long revision, Instant time) throws RocksDBException {
    return switch (command) {
      case Command.Apply(Commit commit) -> commit(commit, revision, group.commitTime(time));
      case Command.Branching(Fork fork) -> new Forking(group, engine).fork(fork, time);
      case Command.Deletion(String name) -> new Forking(group, engine).delete(name);
      case Command.Merging(Merge merge) ->
          new Merging(group, engine).merge(merge, revision, group.commitTime(time));
      case Command.Reverting(Revert revert) ->
          new Merging(group, engine).revert(revert, revision, group.commitTime(time));
      case Command.Retain(String prefix, Retention rule) -> retain(prefix, rule);
      case Command.Compact step -> new Compaction(group, engine, step, time).run();
      case Command.Acquire acquire -> acquire(acquire, time);
      case Command.Renew(String name, String owner) -> renew(name, owner, time);
      case Command.Release(String name, String owner) -> release(name, owner, time);
    };
  }

  private CommitResult commit(Commit commit, long revision, Instant time) throws RocksDBException {
    int branch = group.branch(commit.branch());
    for (Commit.Condition condition : commit.conditions()) {
      Optional<CommitResult.Conflict> conflict = conflict(condition, commit.branch(), branch);
      if (conflict.isPresent()) {
        return conflict.orElseThrow();
      }
    }
    List<String> keys = new ArrayList<>(commit.mutations().size());
    for (Commit.Mutation mutation : commit.mutations()) {
      Optional<Value> value =
          switch (mutation) {
            case Commit.Mutation.Put(String _, Value written) -> Optional.of(written);
            case Commit.Mutation.Delete _ -> Optional.empty();
          };
      group.addEntry(branch, mutation.key(), revision, value);
      keys.add(mutation.key());
    }
    group.addCommit(
        commit.branch(),
        revision,
        new Format.CommitRecord(branch, time, commit.author(), commit.message(), keys));
    return new CommitResult.Committed(revision);
  }

  private Optional<CommitResult.Conflict> conflict(
      Commit.Condition condition, String branchName, int branch) {
    return switch (condition) {
      case Commit.Condition.KeyAt(String key, long revision) -> {
        Optional<Entry> found = group.newest(branch, key);
        boolean holds = found.isPresent() && found.orElseThrow().revision() == revision;
        yield holds ? Optional.empty() : Optional.of(new CommitResult.Conflict(condition, found));
      }
      case Commit.Condition.KeyAbsent(String key) -> {
        Optional<Entry> found = group.newest(branch, key);
        yield found.map(entry -> new CommitResult.Conflict(condition, Optional.of(entry)));
      }
      case Commit.Condition.HeadAt(long revision) ->
          group.head(branchName) <= revision
              ? Optional.empty()
              : Optional.of(new CommitResult.Conflict(condition, Optional.empty()));
    };
  }

  private boolean retain(String prefix, Retention rule) throws RocksDBException {
    Map<String, Retention> rules = Retentions.all(engine);
    if (!rules.containsKey(prefix)) {
      Admission.atMost(rules.size() + 1L, Limits.RETENTIONS_MAX, "rules of retention");
    }
    group.putRetention(prefix, rule);
    return true;
  }

  private LeaseResult acquire(Command.Acquire wish, Instant time) throws RocksDBException {
    Optional<Lease> held = held(wish.name(), time);
    if (held.isPresent() && !held.orElseThrow().owner().equals(wish.owner())) {
      return new LeaseResult.Held(held.orElseThrow());
    }
    Duration timeToLive = wish.timeToLive();
    Instant since = held.map(Lease::since).orElse(time);
    Lease lease =
        new Lease(wish.name(), wish.owner(), wish.note(), since, time.plus(timeToLive), timeToLive);
    group.putLease(lease);
    return new LeaseResult.Acquired(lease);
  }

  private boolean renew(String name, String owner, Instant time) throws RocksDBException {
    Optional<Lease> own = held(name, time).filter(lease -> lease.owner().equals(owner));
    if (own.isEmpty()) {
      return false;
    }
    Lease lease = own.orElseThrow();
    group.putLease(
        new Lease(
            name,
            owner,
            lease.note(),
            lease.since(),
            time.plus(lease.timeToLive()),
            lease.timeToLive()));
    return true;
  }

  private boolean release(String name, String owner, Instant time) throws RocksDBException {
    if (held(name, time).filter(lease -> lease.owner().equals(owner)).isEmpty()) {
      return false;
    }
    group.deleteLease(name);
    return true;
  }

  private Optional<Lease> held(String name, Instant time) {
    return group.lease(name).filter(lease -> time.isBefore(lease.expires()));
  }
}
