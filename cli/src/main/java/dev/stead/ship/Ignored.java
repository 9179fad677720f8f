package dev.stead.ship;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// What a `.steadignore` takes out of the files that travel.
///
/// Its syntax is that of `.gitignore`, in one file in the project's directory: `#` comments, `!`
/// takes back, a `/` at the end means directories only, a `/` elsewhere anchors at the project's
/// directory, `*`, `?`, `[a-z]`, `**`, and `\` before a special character. The last pattern that
/// fits decides, and nothing under a directory that is out can be taken back.
final class Ignored {
  static final String FILE = ".steadignore";

  private final List<Rule> rules;

  private Ignored(List<Rule> rules) {
    this.rules = rules;
  }

  private record Rule(Pattern pattern, boolean directoriesOnly, boolean takesBack) {}

  /// The rules of the project in a directory; none when it has no such file.
  static Ignored in(Path directory) throws IOException {
    var file = directory.resolve(FILE);
    return Files.isRegularFile(file) ? of(Files.readAllLines(file)) : of(List.of());
  }

  static Ignored of(List<String> lines) {
    var rules = new ArrayList<Rule>();
    for (var line : lines) {
      var text = withoutTrailingSpaces(line);
      boolean takesBack = text.startsWith("!");
      text = takesBack ? text.substring(1) : text;
      if (!text.isEmpty() && !text.startsWith("#")) {
        rules.add(rule(text, takesBack));
      }
    }
    return new Ignored(rules);
  }

  /// Whether a file is out, by itself or by one of the directories above it.
  boolean file(String path) {
    for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
      if (out(path.substring(0, slash), Kind.DIRECTORY)) {
        return true;
      }
    }
    return out(path, Kind.FILE);
  }

  /// Whether a directory is out, looked at by itself.
  boolean directory(String path) {
    return out(path, Kind.DIRECTORY);
  }

  private enum Kind {
    FILE,
    DIRECTORY
  }

  private boolean out(String path, Kind kind) {
    boolean out = false;
    for (var rule : rules) {
      boolean fits = kind == Kind.DIRECTORY || !rule.directoriesOnly;
      if (fits && rule.pattern.matcher(path).matches()) {
        out = !rule.takesBack;
      }
    }
    return out;
  }

  private static Rule rule(String text, boolean takesBack) {
    boolean directoriesOnly = text.endsWith("/");
    var body = directoriesOnly ? text.substring(0, text.length() - 1) : text;
    boolean anchored = body.contains("/");
    var pattern = body.startsWith("/") ? body.substring(1) : body;
    return new Rule(Patterns.of(anchored ? pattern : "**/" + pattern), directoriesOnly, takesBack);
  }

  private static String withoutTrailingSpaces(String line) {
    int end = line.length();
    while (end > 0 && line.charAt(end - 1) == ' ' && !(end > 1 && line.charAt(end - 2) == '\\')) {
      end--;
    }
    return line.substring(0, end);
  }
}
