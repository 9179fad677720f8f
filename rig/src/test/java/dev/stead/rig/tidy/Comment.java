package dev.stead.rig.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// A comment of a Java file; neighbouring `//` lines are comments of their own.
///
/// @param text with its slashes and stars
record Comment(int firstLine, int lastLine, String text) {

  /// Literals come first, so that slashes inside them are not taken for comments.
  private static final Pattern TOKEN =
      Pattern.compile(
          """
          "{3}(?s:.*?)(?<!\\\\)"{3}\
          |"(?:\\\\.|[^"\\\\\\n])*"\
          |'(?:\\\\.|[^'\\\\\\n])+'\
          |(?<comment>//[^\\n]*|/\\*(?s:.*?)\\*/)""");

  static List<Comment> of(String code) {
    var found = new ArrayList<Comment>();
    var line = 1;
    var counted = 0;
    var tokens = TOKEN.matcher(code);
    while (tokens.find()) {
      line += newlines(code, counted, tokens.start());
      counted = tokens.start();
      var text = tokens.group("comment");
      if (text != null) {
        found.add(new Comment(line, line + newlines(text, 0, text.length()), text));
      }
    }
    return found;
  }

  private static int newlines(String text, int from, int to) {
    return (int) text.substring(from, to).chars().filter(c -> c == '\n').count();
  }

  boolean isDoc() {
    return text.startsWith("///");
  }
}
