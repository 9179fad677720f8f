package dev.stead.store;

/// A branch as of a revision.
public record Point(String branch, long revision) {
  /// The revision of a branch's newest state, whatever its number.
  public static final long NEWEST = Long.MAX_VALUE;

  public static Point newest(String branch) {
    return new Point(branch, NEWEST);
  }
}
