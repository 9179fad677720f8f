package dev.stead.store;

import java.util.Map;

/// The wish to take back what one commit changed, and nothing that was changed since. The reverted
/// commit stays in the history. Once a merge is reverted, its source can be merged again in full.
///
/// @param revision a commit of this very branch
/// @param resolutions which side is kept of a key that was changed again since
public record Revert(
    String branch, long revision, Map<String, Side> resolutions, String author, String message) {

  public Revert {
    resolutions = Map.copyOf(resolutions);
  }

  public static Revert of(String branch, long revision, String author, String message) {
    return new Revert(branch, revision, Map.of(), author, message);
  }

  public Revert resolved(Map<String, Side> kept) {
    return new Revert(branch, revision, kept, author, message);
  }
}
