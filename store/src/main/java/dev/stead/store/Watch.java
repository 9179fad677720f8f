package dev.stead.store;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A walk through the commits that concern a prefix of a branch: each once, in order, without a
/// gap, first those that are there and then those to come. Nothing is buffered for it: a slow one
/// reads later from disk. It survives nothing: who comes back opens another after the last revision
/// seen.
///
/// Used by one thread.
public interface Watch extends AutoCloseable {
  /// The next one, waited for until the patience is over.
  ///
  /// @throws IllegalStateException when the store is closed
  Optional<Seen> next(Duration patience) throws InterruptedException;

  @Override
  void close();

  /// What a watch came to.
  sealed interface Seen {
    long revision();

    /// A commit, with those of its changes that are under the prefix, in key order.
    record Commit(long revision, Instant at, String author, String message, List<Change> changes)
        implements Seen {}

    /// Some commits up to this revision were compacted: read the state as of this revision. The
    /// watch goes on behind it.
    record Compacted(long revision) implements Seen {}
  }
}
