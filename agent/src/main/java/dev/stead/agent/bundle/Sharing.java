package dev.stead.agent.bundle;

/// How a new release directory takes over files that a release of the same app already has.
public enum Sharing {
  /// The same file under two names. Only for releases that nothing writes to.
  HARD_LINKS,
  /// Files of its own (sharing blocks where the file system can), for a release that an install
  /// step writes to.
  COPIES
}
