package dev.stead.store;

/// A merge or revert would have changed a key that it had to spare: nothing was written. The
/// message names the key.
public final class SparedKeyException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  public SparedKeyException(String key) {
    super("it would change the key '%s', which it may not".formatted(key));
  }
}
