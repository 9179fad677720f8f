package dev.stead.store;

import java.util.Map;
import java.util.Set;

/// The wish to bring to a branch what changed on another since both were last the same: since the
/// fork, or the last merge in either direction.
///
/// @param source where the changes are; it stays as it is
/// @param target the branch that they come to, as one commit
/// @param resolutions which side is kept of a key in conflict; keys without one make the merge
///   [MergeResult.Conflicted]
/// @param spared prefixes of keys that it may not change: one that would is refused with
///   [SparedKeyException]
public record Merge(
    String source,
    String target,
    Mode mode,
    Map<String, Side> resolutions,
    Set<String> spared,
    String author,
    String message) {

  public Merge {
    resolutions = Map.copyOf(resolutions);
    spared = Set.copyOf(spared);
  }

  public static Merge of(String source, String target, Mode mode, String author, String message) {
    return new Merge(source, target, mode, Map.of(), Set.of(), author, message);
  }

  public Merge resolved(Map<String, Side> kept) {
    return new Merge(source, target, mode, kept, spared, author, message);
  }

  public Merge sparing(Set<String> prefixes) {
    return new Merge(source, target, mode, resolutions, prefixes, author, message);
  }

  /// What happens to keys that changed on both.
  public enum Mode {
    /// The source's value is taken.
    OVERWRITE,
    /// None may have: refused as [MergeResult.Diverged] when the target changed at all.
    FAST_FORWARD,
    /// JSON objects are merged member by member; all else is a conflict.
    THREE_WAY
  }
}
