package dev.stead.agent.supervisor;

import java.nio.file.Path;
import java.util.List;

/// What of the machine an app's processes may touch beside their working directory, which they may
/// read. Heeded by a supervisor that has the right to confine them, and by no other.
///
/// @param app whose user they run as
/// @param writable directories that they may write to, beside temporary ones of their own
public record Access(String app, List<Path> writable) {
  public Access {
    writable = List.copyOf(writable);
  }
}
