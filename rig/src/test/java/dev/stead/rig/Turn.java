package dev.stead.rig;

/// Whose turn it is among the classes of tests, for `@Order`. Of the two threads that run them one
/// takes classes from the beginning of the order, the other from its end: what takes minutes stands
/// at both, so that none of it runs alone when all else is done.
final class Turn {
  static final int FIRST = 1;
  static final int LAST = Integer.MAX_VALUE;

  private Turn() {}
}
