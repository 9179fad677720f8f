package dev.stead.store;

import java.util.Map;
import java.util.Set;

/// The wish to take back what one commit changed, and nothing that was changed since. The reverted
/// commit stays in the history. Once a merge is reverted, its source can be merged again in full.
///
/// @param revision a commit of this very branch
/// @param resolutions which side is kept of a key that was changed again since
/// @param spared prefixes of keys that it may not change: one that would is refused with
///   [SparedKeyException]
public record Revert(
    String branch,
    long revision,
    Map<String, Side> resolutions,
    Set<String> spared,
    String author,
    String message) {

  public Revert {
    resolutions = Map.copyOf(resolutions);
    spared = Set.copyOf(spared);
  }

  public static Revert of(String branch, long revision, String author, String message) {
    return new Revert(branch, revision, Map.of(), Set.of(), author, message);
  }

  public Revert resolved(Map<String, Side> kept) {
    return new Revert(branch, revision, kept, spared, author, message);
  }

  public Revert sparing(Set<String> prefixes) {
    return new Revert(branch, revision, resolutions, prefixes, author, message);
  }
}
