package dev.stead.agent.supervisor;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/// What holds the processes of one run together and within their limits: a control group, or a
/// watch where the machine allows none.
interface Confinement {

  /// Directories of the control groups; empty for a watch.
  List<Path> groups();

  /// Every living process of the run but its shim.
  Set<Long> processes(ProcessId leader);

  /// What they use together now.
  OptionalLong memoryBytes(ProcessId leader);

  /// Whether memory ran out: the kernel has killed one of the processes, or all must be killed.
  boolean exceeded(ProcessId leader);

  /// The most that was used, as far as it was seen.
  OptionalLong peakBytes();

  /// Gives up what was set up for the run. Its processes are gone by now.
  void dissolve();

  /// The files that the run's first process writes its number into before anything else.
  default List<Path> doors() {
    return groups().stream().map(group -> group.resolve("cgroup.procs")).toList();
  }
}
