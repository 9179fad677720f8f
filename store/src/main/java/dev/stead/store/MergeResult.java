package dev.stead.store;

import java.util.List;
import java.util.Optional;

/// What became of a merge or of a revert.
public sealed interface MergeResult {
  /// One commit was written.
  ///
  /// @param keys what it changed
  record Merged(long revision, List<String> keys) implements MergeResult {}

  /// There was nothing to bring: nothing was written.
  record UpToDate() implements MergeResult {}

  /// The target changed since, which a fast-forward does not allow: nothing was written.
  ///
  /// @param base the last point that both have in common
  record Diverged(Point base) implements MergeResult {}

  /// Keys changed on both sides and no side was chosen: nothing was written.
  ///
  /// @param conflicts all of them, in key order
  record Conflicted(List<KeyConflict> conflicts) implements MergeResult {}

  /// A key that changed on both sides.
  ///
  /// @param paths the members of a JSON object that did (JSON Pointers, RFC 6901); `""` alone where
  ///   it is the value as a whole
  /// @param base the value that both came from
  record KeyConflict(
      String key,
      List<String> paths,
      Optional<Value> base,
      Optional<Value> ours,
      Optional<Value> theirs) {}
}
