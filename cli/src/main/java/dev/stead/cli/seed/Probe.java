package dev.stead.cli.seed;

import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/// What `probe.sh` found on a server.
///
/// @param values by key; a key that is not there reads as empty
record Probe(NavigableMap<String, String> values) {

  /// Reads the probe's lines; what is none (a greeting of the login shell) is passed over.
  static Probe read(String text) {
    var values = new TreeMap<String, String>();
    for (var line : text.lines().toList()) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        values.put(line.substring(0, equals), line.substring(equals + 1).strip());
      }
    }
    return new Probe(values);
  }

  /// Whether the probe ran to its end.
  boolean whole() {
    return value("end").equals("yes");
  }

  String value(String key) {
    return values.getOrDefault(key, "");
  }

  /// A number; zero when there is none.
  long number(String key) {
    var text = value(key);
    return text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
  }

  /// The system's own name for itself.
  String system() {
    var name = value("os.name");
    return name.isEmpty() ? "a system without /etc/os-release" : name;
  }

  /// The version of Stead in force there.
  Optional<String> current() {
    return named("current");
  }

  Optional<String> former() {
    return named("former");
  }

  private Optional<String> named(String key) {
    return Optional.of(value(key)).filter(name -> !name.isEmpty());
  }
}
