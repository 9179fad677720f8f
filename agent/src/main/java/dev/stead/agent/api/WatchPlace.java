package dev.stead.agent.api;

import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;

/// Where a watch stands, which is the id of its events: a revision, and the lineage it was counted
/// in where the store has one, as in `17` or `17-6ba7b810-9dad-11d1-80b4-00c04fd430c8`. A restored
/// store counts revisions again that were told before: a watch of those cannot go on there.
record WatchPlace(long revision, String lineage) {
  /// @throws IllegalArgumentException when it is no event's id
  static WatchPlace of(String id) {
    var end = id.indexOf('-');
    return end < 0
        ? new WatchPlace(Preconditions.revision(id), "")
        : new WatchPlace(Preconditions.revision(id.substring(0, end)), id.substring(end + 1));
  }

  /// The revision to go on behind.
  ///
  /// @throws ProblemException `A-RESTORED` when the store is of another lineage
  long revisionIn(String now) {
    if (!lineage.equals(now)) {
      throw new ProblemException(
          Problem.of(
              Code.RESTORED,
              "watching behind revision " + revision,
              "a backup took the store's place since"));
    }
    return revision;
  }

  @Override
  public String toString() {
    return lineage.isEmpty() ? Long.toString(revision) : revision + "-" + lineage;
  }
}
