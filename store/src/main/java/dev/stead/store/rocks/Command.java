package dev.stead.store.rocks;

import dev.stead.store.Commit;
import dev.stead.store.CommitResult;
import dev.stead.store.LeaseResult;
import java.time.Duration;

/// One write, as it waits for the committer. What it carries has been admitted.
///
/// @param <R> what becomes of it
sealed interface Command<R> {
  Class<R> resultType();

  record Apply(Commit commit) implements Command<CommitResult> {
    @Override
    public Class<CommitResult> resultType() {
      return CommitResult.class;
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
