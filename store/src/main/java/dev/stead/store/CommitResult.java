package dev.stead.store;

import java.util.Optional;

/// What became of a commit.
public sealed interface CommitResult {
  record Committed(long revision) implements CommitResult {}

  /// A condition did not hold, nothing was written.
  ///
  /// @param failed the first condition that did not hold
  /// @param found what the key held instead
  record Conflict(Commit.Condition failed, Optional<Entry> found) implements CommitResult {}
}
