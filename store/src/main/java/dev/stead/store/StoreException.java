package dev.stead.store;

/// The store's disk refused, or what lies on it is not sound. The message says what, where and what
/// to do.
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }

  public StoreException(String message) {
    super(message);
  }
}
