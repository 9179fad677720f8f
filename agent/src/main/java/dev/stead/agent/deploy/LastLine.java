package dev.stead.agent.deploy;

/// The last line of a text that comes character by character; blank ones do not count.
final class LastLine {
  /// So much of it is kept.
  static final int CHARS_MAX = 200;

  private final StringBuilder begun = new StringBuilder();
  private String whole = "";

  void take(char next) {
    if (next == '\n') {
      whole = text();
      begun.setLength(0);
    } else if (begun.length() < CHARS_MAX) {
      begun.append(next);
    }
  }

  /// Empty when there is none.
  String text() {
    var line = begun.toString().strip();
    return line.isEmpty() ? whole : line;
  }
}
