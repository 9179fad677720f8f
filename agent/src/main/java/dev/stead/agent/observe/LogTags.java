package dev.stead.agent.observe;

import java.util.regex.Pattern;

/// Where a line comes from. All names are words of letters, digits, `.`, `_` and `-`.
///
/// @param process the process type
public record LogTags(String app, int release, String process, String instance) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}");

  public LogTags {
    name(app);
    name(process);
    name(instance);
    if (release < 0) {
      throw new IllegalArgumentException("there is no release " + release);
    }
  }

  static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  static String name(String name) {
    if (!isName(name)) {
      throw new IllegalArgumentException(
          "'%s' cannot tag a log: it must match %s".formatted(name, NAME));
    }
    return name;
  }
}
