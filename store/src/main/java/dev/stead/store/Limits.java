package dev.stead.store;

/// The limits of a store.
public final class Limits {
  public static final int KEY_BYTES_MAX = 1_024;
  public static final int VALUE_BYTES_MAX = 1 << 20;
  public static final int COMMIT_MUTATIONS_MAX = 10_000;
  public static final int HISTORY_MAX = 1_000;

  private Limits() {}
}
