package dev.stead.cli.project;

import dev.stead.sdk.AppConfig;
import dev.stead.sdk.ProcessConfig;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a `Procfile` says: one `name: command` a line, `#` comments. The type `release` is the
/// release command, as Heroku has it.
record Procfile(SortedMap<String, ProcessConfig> processes, Optional<String> release) {

  static Procfile read(List<String> lines, Faults faults) {
    var processes = new TreeMap<String, ProcessConfig>();
    Optional<String> release = Optional.empty();
    for (int i = 0; i < lines.size(); i++) {
      var line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      int colon = line.indexOf(':');
      var name = colon < 0 ? "" : line.substring(0, colon).strip();
      var command = line.substring(colon + 1).strip();
      if (!AppConfig.NAME.matcher(name).matches() || command.isEmpty()) {
        faults.add(i + 1, "expected 'name: command', not '%s'".formatted(line));
      } else if (name.equals("release")) {
        release = Optional.of(command);
      } else if (processes.put(name, ProcessConfig.of(command)) != null) {
        faults.add(i + 1, "process type '%s' is named twice".formatted(name));
      }
    }
    return new Procfile(processes, release);
  }
}
