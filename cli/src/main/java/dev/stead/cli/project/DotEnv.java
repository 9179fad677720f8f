package dev.stead.cli.project;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The reader of `.env`: `NAME=value` a line, with or without `export`, the value bare or in single
/// or double quotes (`\n`, `\"` and `\\` mean what they do in a shell's), `#` comments.
final class DotEnv {
  private DotEnv() {}

  static Map<String, String> read(List<String> lines, Faults faults) {
    var result = new TreeMap<String, String>();
    for (int i = 0; i < lines.size(); i++) {
      var line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      line = line.startsWith("export ") ? line.substring(7).strip() : line;
      int equals = line.indexOf('=');
      if (equals < 0) {
        faults.add(i + 1, "expected NAME=value, not '%s'".formatted(line));
        continue;
      }
      var name = line.substring(0, equals).strip();
      var refusal = Variables.refusal(name);
      // A PORT in .env is how frameworks are told a fixed one; here the port is Stead's to choose.
      if (refusal.isPresent() && !name.equals("PORT") && !name.equals("HOST")) {
        faults.add(i + 1, refusal.orElseThrow());
      } else if (refusal.isEmpty()) {
        result.put(name, value(line.substring(equals + 1).strip()));
      }
    }
    return result;
  }

  private static String value(String written) {
    char quote = written.isEmpty() ? ' ' : written.charAt(0);
    int end = written.indexOf(quote, 1);
    if (quote == '\'' && end > 0) {
      return written.substring(1, end);
    }
    if (quote == '"') {
      return unescaped(written);
    }
    int comment = written.indexOf(" #");
    return comment < 0 ? written : written.substring(0, comment).strip();
  }

  private static String unescaped(String written) {
    var value = new StringBuilder();
    for (int i = 1; i < written.length() && written.charAt(i) != '"'; i++) {
      char c = written.charAt(i);
      if (c == '\\' && i + 1 < written.length()) {
        c = written.charAt(++i);
        c = c == 'n' ? '\n' : c;
      }
      value.append(c);
    }
    return value.toString();
  }
}
