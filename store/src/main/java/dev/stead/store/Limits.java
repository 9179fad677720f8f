package dev.stead.store;

import java.time.Duration;

/// The limits of a store. What exceeds one is refused before anything is written. Bytes of text are
/// bytes of its UTF-8.
public final class Limits {
  public static final int KEY_BYTES_MAX = 1_024;
  public static final int VALUE_BYTES_MAX = 1 << 20;
  public static final int CONTENT_TYPE_BYTES_MAX = 255;
  public static final int COMMIT_MUTATIONS_MAX = 10_000;
  public static final int COMMIT_CONDITIONS_MAX = 10_000;
  public static final int COMMIT_BYTES_MAX = 8 << 20;
  public static final int AUTHOR_BYTES_MAX = 256;
  public static final int MESSAGE_BYTES_MAX = 4_096;
  public static final int HISTORY_MAX = 1_000;

  /// A history ends with the change whose value makes so many bytes of all that it has.
  public static final int HISTORY_BYTES_MAX = 4 << 20;

  public static final int LIST_MAX = 10_000;
  public static final int BRANCH_NAME_BYTES_MAX = 255;
  public static final int BRANCHES_MAX = 10_000;

  /// A fork of a fork of … the first branch: each costs a read one more step.
  public static final int FORK_DEPTH_MAX = 32;

  public static final int WATCHES_MAX = 1_000;
  public static final int RETENTIONS_MAX = 1_000;
  public static final Duration LEASE_TIME_TO_LIVE_MAX = Duration.ofHours(1);

  private Limits() {}
}
