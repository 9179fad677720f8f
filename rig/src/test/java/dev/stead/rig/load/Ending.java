package dev.stead.rig.load;

/// How one exchange ended. What goes wrong is thrown.
sealed interface Ending {
  /// As the client wanted it to.
  record Done() implements Ending {}

  /// A stream that the other side ended.
  ///
  /// @param release that the stream was of
  /// @param how `close 1012`, `end of stream`
  record Cut(int release, String how) implements Ending {}

  Ending DONE = new Done();
}
