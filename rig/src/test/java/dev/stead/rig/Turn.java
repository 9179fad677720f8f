package dev.stead.rig;

/// Whose turn it is among the classes of tests, for `@Order`.
final class Turn {
  /// For those that take minutes: they begin first, so that none of them runs alone at the end.
  static final int LONG = 1;

  private Turn() {}
}
