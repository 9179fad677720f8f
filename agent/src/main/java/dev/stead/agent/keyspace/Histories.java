package dev.stead.agent.keyspace;

import dev.stead.sdk.StoreAnswers;
import dev.stead.sdk.StoreAnswers.Change;
import dev.stead.sdk.StoreAnswers.History;
import dev.stead.store.Limits;
import java.util.List;
import java.util.Optional;

/// Pages of a history. The next one is asked for as of an older revision, so a page ends with a
/// whole commit. The store ends one early when its values get too large together.
final class Histories {
  private Histories() {}

  /// A page of what happened to many keys.
  ///
  /// @param limit how many changes were asked for
  static History wholeCommits(List<Change> changes, int limit) {
    if (isLast(changes, limit)) {
      return new History(changes, Optional.empty());
    }
    long last = changes.getLast().revision();
    var whole = changes.stream().filter(change -> change.revision() > last).toList();
    // A commit that is larger than a page is cut, and the next page goes on before it.
    return whole.isEmpty()
        ? new History(changes, before(last))
        : new History(whole, Optional.of(last));
  }

  /// A page of what happened to one key, which each commit changes once.
  static History ofKey(List<Change> changes, int limit) {
    return new History(
        changes, isLast(changes, limit) ? Optional.empty() : before(changes.getLast().revision()));
  }

  private static boolean isLast(List<Change> changes, int limit) {
    var bytes =
        changes.stream()
            .mapToLong(change -> change.value().map(StoreAnswers.Key::bytes).orElse(0L));
    return changes.size() < limit && bytes.sum() < Limits.HISTORY_BYTES_MAX;
  }

  private static Optional<Long> before(long revision) {
    return revision > 1 ? Optional.of(revision - 1) : Optional.empty();
  }
}
