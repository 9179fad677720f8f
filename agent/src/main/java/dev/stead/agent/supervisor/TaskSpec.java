package dev.stead.agent.supervisor;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;

/// What to run once.
///
/// @param command program and arguments
/// @param terminal give it a pseudo-terminal of this size
public record TaskSpec(
    List<String> command,
    Path directory,
    SortedMap<String, String> environment,
    OptionalLong memoryBytes,
    Optional<Terminal> terminal,
    Access access) {

  public record Terminal(int columns, int rows) {}

  /// Without the environment's values: they may be secrets.
  @Override
  public String toString() {
    return "TaskSpec[command=%s, directory=%s, environment=%s]"
        .formatted(command, directory, environment.keySet());
  }
}
