package dev.stead.store;

/// Which of two values is kept where both changed.
public enum Side {
  /// The value of the branch that is written to.
  OURS,
  /// The value that the merge or revert brings.
  THEIRS
}
