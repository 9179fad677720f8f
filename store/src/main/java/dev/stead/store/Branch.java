package dev.stead.store;

import java.time.Instant;
import java.util.Optional;

/// A line of commits. It sees what its parent had when it was forked, and what was committed to it
/// since; neither sees what the other does later.
///
/// @param origin what it was forked from; empty for the first branch
/// @param head its newest revision: the last commit, or before any the revision it was forked at
/// @param author who forked it
/// @param created when; the epoch for the first branch
public record Branch(
    String name,
    Optional<Origin> origin,
    long head,
    String author,
    String message,
    Instant created) {

  /// Where a branch came from.
  ///
  /// @param revision the parent's commit that the fork sees last
  public record Origin(String parent, long revision, Scope scope) {}
}
