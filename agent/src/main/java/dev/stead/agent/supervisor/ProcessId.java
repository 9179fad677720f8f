package dev.stead.agent.supervisor;

/// One process and no later one of the same number: numbers come round again, start times do not.
///
/// @param startTime in clock ticks since the machine started: field 22 of `/proc/PID/stat`
record ProcessId(long number, long startTime) {
  /// A process that is surely no more.
  static final ProcessId GONE = new ProcessId(0, 0);

  /// Whether it still runs; a zombie does not.
  boolean alive() {
    return Processes.entry(number)
        .filter(entry -> entry.startTime() == startTime && !entry.zombie())
        .isPresent();
  }
}
