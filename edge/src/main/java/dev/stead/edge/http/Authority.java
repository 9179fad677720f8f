package dev.stead.edge.http;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Whom a request is for: the host of `Host` or of an absolute request target, as routes know it.
///
/// @param text as the client wrote it, with the port
/// @param host in lower case, without port and without a dot at its end
record Authority(String text, String host) {
  static final Authority NONE = new Authority("", "");

  private static final int PORT_DIGITS_MAX = 5;

  /// Null when the text is no host with an optional port: RFC 3986 3.2.2, narrowed to the
  /// characters of real names.
  static @Nullable Authority parse(String text) {
    int end = text.startsWith("[") ? literalEnd(text) : nameEnd(text);
    if (end <= 0 || !portFollows(text, end)) {
      return null;
    }
    int hostEnd = text.charAt(end - 1) == '.' ? end - 1 : end;
    if (hostEnd == 0) {
      return null;
    }
    return new Authority(text, text.substring(0, hostEnd).toLowerCase(Locale.ROOT));
  }

  private static int nameEnd(String text) {
    int end = 0;
    while (end < text.length() && isNameCharacter(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isNameCharacter(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '.'
        || c == '_';
  }

  private static int literalEnd(String text) {
    int end = 1;
    while (end < text.length()
        && (Character.digit(text.charAt(end), 16) >= 0
            || text.charAt(end) == ':'
            || text.charAt(end) == '.')) {
      end++;
    }
    return end > 1 && end < text.length() && text.charAt(end) == ']' ? end + 1 : 0;
  }

  private static boolean portFollows(String text, int end) {
    if (end == text.length()) {
      return true;
    }
    if (text.charAt(end) != ':' || text.length() - end - 1 > PORT_DIGITS_MAX) {
      return false;
    }
    for (int i = end + 1; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }
}
