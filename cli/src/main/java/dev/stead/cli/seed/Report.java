package dev.stead.cli.seed;

/// Is told what a seed does as it does it.
public interface Report {
  /// A step begins, or more is to be said of one.
  ///
  /// @param word what is being done, such as `upload`; empty for more about the same
  void say(String word, String text);

  /// How far the upload is, in bytes of files.
  void sent(long done, long total);
}
