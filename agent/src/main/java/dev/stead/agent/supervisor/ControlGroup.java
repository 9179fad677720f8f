package dev.stead.agent.supervisor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/// A control group of the run's own, in either version of the kernel's interface.
///
/// @param version whose files the groups have
/// @param groups in version 1 a group of the memory hierarchy, and one of the cpu hierarchy when
///   there is such a limit; in version 2 one group
record ControlGroup(Version version, List<Path> groups) implements Confinement {

  /// The names of the kernel's files.
  ///
  /// Sources: Linux `Documentation/admin-guide/cgroup-v1/memory.rst`, `cgroup-v2.rst` and
  /// `Documentation/scheduler/sched-bwc.rst`.
  enum Version {
    V1(
        "memory.usage_in_bytes",
        "memory.max_usage_in_bytes",
        "memory.oom_control",
        "total_inactive_file"),
    V2("memory.current", "memory.peak", "memory.events", "inactive_file");

    private final String usage;
    private final String peak;
    private final String events;
    private final String reclaimable;

    Version(String usage, String peak, String events, String reclaimable) {
      this.usage = usage;
      this.peak = peak;
      this.events = events;
      this.reclaimable = reclaimable;
    }
  }

  private static final long PERIOD_MICROS = 100_000;
  private static final long QUOTA_MICROS_MIN = 1_000;

  private static final int REMOVE_TRIES = 100;
  private static final Duration REMOVE_PAUSE = Duration.ofMillis(5);

  /// The group that holds memory.
  private Path memory() {
    return groups.getFirst();
  }

  void limitMemory(OptionalLong bytes) throws IOException {
    if (bytes.isEmpty()) {
      return;
    }
    String limit = Long.toString(bytes.getAsLong());
    switch (version) {
      case V1 -> {
        write(memory(), "memory.limit_in_bytes", limit);
        writeWherePresent(memory(), "memory.memsw.limit_in_bytes", limit);
      }
      case V2 -> {
        write(memory(), "memory.max", limit);
        writeWherePresent(memory(), "memory.swap.max", "0");
        write(memory(), "memory.oom.group", "1");
      }
    }
  }

  void limitCpu(OptionalDouble cores) throws IOException {
    if (cores.isEmpty()) {
      return;
    }
    Path group = groups.getLast();
    long quota = Math.max(QUOTA_MICROS_MIN, Math.round(cores.getAsDouble() * PERIOD_MICROS));
    switch (version) {
      case V1 -> {
        write(group, "cpu.cfs_period_us", Long.toString(PERIOD_MICROS));
        write(group, "cpu.cfs_quota_us", Long.toString(quota));
      }
      case V2 -> write(group, "cpu.max", quota + " " + PERIOD_MICROS);
    }
  }

  @Override
  public Set<Long> processes(ProcessId leader) {
    Set<Long> processes = new HashSet<>();
    for (Path door : doors()) {
      Processes.read(door).stream()
          .flatMap(String::lines)
          .map(Long::valueOf)
          .filter(number -> Processes.entry(number).filter(entry -> !entry.zombie()).isPresent())
          .forEach(processes::add);
    }
    return processes;
  }

  /// Without the file pages that the kernel takes back first.
  @Override
  public OptionalLong memoryBytes(ProcessId leader) {
    OptionalLong usage = Processes.number(memory().resolve(version.usage));
    if (usage.isEmpty()) {
      return usage;
    }
    long reclaimable = counter("memory.stat", version.reclaimable);
    return OptionalLong.of(Math.max(0, usage.getAsLong() - reclaimable));
  }

  /// The counter starts at 0 in a new group, and each run has a new one.
  @Override
  public boolean exceeded(ProcessId leader) {
    return kills() > 0;
  }

  /// How many of its processes the kernel has killed for memory.
  long kills() {
    return counter(version.events, "oom_kill");
  }

  @Override
  public OptionalLong peakBytes() {
    return Processes.number(memory().resolve(version.peak));
  }

  @Override
  public void dissolve() {
    groups.forEach(ControlGroup::remove);
  }

  /// Removes a group, for whose last process the kernel may need a moment. One that is not empty
  /// after all stays: the sweep at the next opening takes it.
  static void remove(Path group) {
    for (int tries = 0; Files.exists(group) && tries < REMOVE_TRIES; tries++) {
      try {
        Files.deleteIfExists(group);
      } catch (IOException e) {
        LockSupport.parkNanos(REMOVE_PAUSE.toNanos()); // EBUSY
      }
    }
  }

  /// A line `NAME VALUE` of a kernel file; 0 where there is none.
  private long counter(String file, String name) {
    return Processes.read(memory().resolve(file)).stream()
        .flatMap(String::lines)
        .filter(line -> line.startsWith(name + " "))
        .mapToLong(line -> Long.parseLong(line.substring(name.length() + 1).strip()))
        .findFirst()
        .orElse(0);
  }

  private static void writeWherePresent(Path group, String file, String value) throws IOException {
    if (Files.exists(group.resolve(file))) {
      write(group, file, value);
    }
  }

  private static void write(Path group, String file, String value) throws IOException {
    try {
      Files.writeString(group.resolve(file), value);
    } catch (IOException e) {
      throw new IOException(
          "cannot set %s to %s in control group %s: %s"
              .formatted(file, value, group, e.getMessage()),
          e);
    }
  }

  /// The group of an earlier supervisor's run.
  static ControlGroup found(List<Path> groups) {
    boolean first = Files.exists(groups.getFirst().resolve(Version.V1.usage));
    return new ControlGroup(first ? Version.V1 : Version.V2, groups);
  }

  /// Makes the groups of a new run; what an earlier run left of them is taken away first, so that
  /// counters start at 0.
  static ControlGroup create(Version version, List<Path> groups) {
    try {
      for (Path group : groups) {
        remove(group);
        Files.createDirectories(group);
      }
      return new ControlGroup(version, groups);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the control groups " + groups, e);
    }
  }
}
