package dev.stead.agent.supervisor;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// What to run as an instance.
///
/// @param id unique on this server and safe as a file name
/// @param command run by `/bin/sh -c`
/// @param directory its working directory
/// @param environment all of it; nothing of the agent's own environment is passed on but PATH,
///   HOME, LANG and TZ where not named here. It is kept in memory and never written down
/// @param port where it is expected to listen
/// @param memoryBytes limit for all its processes together
/// @param cpu limit in cores
/// @param stopSignal the polite signal's name without `SIG`
/// @param stopTimeout how long it may take after that signal, when the machine goes down
public record InstanceSpec(
    String id,
    String command,
    Path directory,
    SortedMap<String, String> environment,
    OptionalInt port,
    OptionalLong memoryBytes,
    OptionalDouble cpu,
    String stopSignal,
    Duration stopTimeout,
    Access access) {

  public static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,159}");

  public InstanceSpec {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException(
          "instance id '%s' must match %s".formatted(id, ID.pattern()));
    }
    if (command.isBlank()) {
      throw new IllegalArgumentException("instance %s needs a command".formatted(id));
    }
    if (memoryBytes.isPresent() && memoryBytes.getAsLong() <= 0) {
      throw new IllegalArgumentException(
          "instance %s: memory must be positive, not %d".formatted(id, memoryBytes.getAsLong()));
    }
    if (cpu.isPresent() && !(cpu.getAsDouble() > 0)) {
      throw new IllegalArgumentException(
          "instance %s: cpu must be positive, not %s".formatted(id, cpu.getAsDouble()));
    }
    Signals.requireKnown(stopSignal);
    environment = Collections.unmodifiableSortedMap(new TreeMap<>(environment));
  }

  /// Without the environment's values: they may be secrets.
  @Override
  public String toString() {
    return "InstanceSpec[id=%s, command=%s, directory=%s, environment=%s, port=%s]"
        .formatted(id, command, directory, environment.keySet(), port);
  }
}
