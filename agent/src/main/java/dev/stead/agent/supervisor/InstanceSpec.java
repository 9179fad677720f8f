package dev.stead.agent.supervisor;

import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;

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
public record InstanceSpec(
    String id,
    String command,
    Path directory,
    SortedMap<String, String> environment,
    OptionalInt port,
    OptionalLong memoryBytes,
    OptionalDouble cpu,
    String stopSignal) {

  /// Without the environment's values: they may be secrets.
  @Override
  public String toString() {
    return "InstanceSpec[id=%s, command=%s, directory=%s, environment=%s, port=%s]"
        .formatted(id, command, directory, environment.keySet(), port);
  }
}
