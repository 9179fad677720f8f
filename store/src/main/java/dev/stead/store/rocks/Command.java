package dev.stead.store.rocks;

import dev.stead.store.Branch;
import dev.stead.store.Commit;
import dev.stead.store.CommitResult;
import dev.stead.store.Fork;
import dev.stead.store.LeaseResult;
import dev.stead.store.Merge;
import dev.stead.store.MergeResult;
import dev.stead.store.Retention;
import dev.stead.store.Revert;
import java.time.Duration;

/// One write, as it waits for the committer. What it carries has been admitted.
///
/// @param <R> what becomes of it
sealed interface Command<R> {
  Class<R> resultType();

  /// One that reads more of the state than a group knows of those before it, and so is a group of
  /// its own.
  sealed interface Alone<R> extends Command<R> {}

  record Apply(Commit commit) implements Command<CommitResult> {
    @Override
    public Class<CommitResult> resultType() {
      return CommitResult.class;
    }
  }

  record Branching(Fork fork) implements Alone<Branch> {
    @Override
    public Class<Branch> resultType() {
      return Branch.class;
    }
  }

  /// Deletes a branch; true.
  record Deletion(String branch) implements Alone<Boolean> {
    @Override
    public Class<Boolean> resultType() {
      return Boolean.class;
    }
  }

  record Merging(Merge merge) implements Alone<MergeResult> {
    @Override
    public Class<MergeResult> resultType() {
      return MergeResult.class;
    }
  }

  record Reverting(Revert revert) implements Alone<MergeResult> {
    @Override
    public Class<MergeResult> resultType() {
      return MergeResult.class;
    }
  }

  /// Sets a rule; true.
  record Retain(String prefix, Retention rule) implements Alone<Boolean> {
    @Override
    public Class<Boolean> resultType() {
      return Boolean.class;
    }
  }

  /// Compacts some keys of a branch that a rule counts for.
  ///
  /// @param prefix of the rule
  /// @param after the key to go on behind; `""` at the start
  record Compact(int branch, String prefix, String after) implements Alone<Compaction.Step> {
    @Override
    public Class<Compaction.Step> resultType() {
      return Compaction.Step.class;
    }
  }

  record Acquire(String name, String owner, String note, Duration timeToLive)
      implements Command<LeaseResult> {
    @Override
    public Class<LeaseResult> resultType() {
      return LeaseResult.class;
    }
  }

  /// True when the lease was the owner's.
  record Renew(String name, String owner) implements Command<Boolean> {
    @Override
    public Class<Boolean> resultType() {
      return Boolean.class;
    }
  }

  /// True when the lease was the owner's.
  record Release(String name, String owner) implements Command<Boolean> {
    @Override
    public Class<Boolean> resultType() {
      return Boolean.class;
    }
  }
}
