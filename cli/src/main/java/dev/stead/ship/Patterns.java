package dev.stead.ship;

import java.util.regex.Pattern;

/// Patterns of paths as `.gitignore` has them, made regular expressions.
final class Patterns {
  private Patterns() {}

  /// The expression of a pattern that is anchored at the project's directory: `*` and `?` stay
  /// within one name, `**` spans directories, `[a-z]` and `[!a-z]` are sets, `\` quotes.
  static Pattern of(String pattern) {
    var regex = new StringBuilder();
    int i = 0;
    while (i < pattern.length()) {
      char c = pattern.charAt(i);
      if (pattern.startsWith("**/", i) && atStartOfName(pattern, i)) {
        regex.append("(?:[^/]+/)*");
        i += 3;
      } else if (pattern.startsWith("**", i)) {
        regex.append(".*");
        i += 2;
      } else if (c == '[' && pattern.indexOf(']', i + 2) > 0) {
        int end = pattern.indexOf(']', i + 2);
        regex.append(set(pattern.substring(i + 1, end)));
        i = end + 1;
      } else {
        boolean quoted = c == '\\' && i + 1 < pattern.length();
        regex.append(quoted ? Pattern.quote(pattern.substring(i + 1, i + 2)) : single(c));
        i += quoted ? 2 : 1;
      }
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }

  private static boolean atStartOfName(String pattern, int i) {
    return i == 0 || pattern.charAt(i - 1) == '/';
  }

  private static String single(char c) {
    return switch (c) {
      case '*' -> "[^/]*";
      case '?' -> "[^/]";
      default -> Pattern.quote(String.valueOf(c));
    };
  }

  private static String set(String inside) {
    boolean not = inside.startsWith("!") || inside.startsWith("^");
    var members = inside.substring(not ? 1 : 0).replaceAll("([\\[\\]\\\\&^])", "\\\\$1");
    return "(?!/)[" + (not ? "^" : "") + members + "]";
  }
}
