package dev.stead.store;

import java.util.function.Supplier;

/// Hears what became of a commit that nobody waits for, see [Store#begin].
@FunctionalInterface
public interface CommitEnd {
  /// Called once, on a thread of the store: it must neither block nor throw.
  ///
  /// @param outcome gives the result, or throws what [Store#commit] would have thrown after waiting
  void reached(Supplier<CommitResult> outcome);
}
