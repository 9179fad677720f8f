package dev.stead.store;

/// Which of its parent's keys a fork sees. It may write any key.
public sealed interface Scope {
  /// All keys.
  static Scope everything() {
    return new Prefix("");
  }

  /// The keys that start with a prefix.
  record Prefix(String prefix) implements Scope {}

  /// One key.
  record Key(String key) implements Scope {}

  default boolean contains(String key) {
    return switch (this) {
      case Prefix(String prefix) -> key.startsWith(prefix);
      case Key(String only) -> key.equals(only);
    };
  }
}
