package dev.stead.store;

/// What was asked for is in a part of the history that was compacted. The message names the key and
/// the revision.
public final class CompactedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public CompactedException(String message) {
    super(message);
  }
}
