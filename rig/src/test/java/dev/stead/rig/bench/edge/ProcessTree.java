package dev.stead.rig.bench.edge;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// A process with all that it has started, as `/proc` shows them.
record ProcessTree(ProcessHandle root) {
  /// What `/proc` counts processor time in (`USER_HZ`, the same on every Linux).
  private static final double TICKS_PER_SECOND = 100;

  /// Of the fields behind the command's name, which may hold spaces (proc_pid_stat(5): 14, 15).
  private static final int USER_TICKS = 11;

  private static final int SYSTEM_TICKS = 12;

  /// Processor time until now, of user and system.
  double cpuSeconds() {
    return (double) pids().mapToLong(pid -> ticks(read(pid, "stat"))).sum() / TICKS_PER_SECOND;
  }

  private static long ticks(String stat) {
    var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[SYSTEM_TICKS]);
  }

  /// MiB in memory, what is shared counted in each process.
  long residentMebibytes() {
    return kibibytes("Rss:") >> 10;
  }

  /// MiB in memory, what is shared divided among those who share it.
  long proportionalMebibytes() {
    return kibibytes("Pss:") >> 10;
  }

  private long kibibytes(String field) {
    return pids()
        .flatMap(pid -> read(pid, "smaps_rollup").lines())
        .filter(line -> line.startsWith(field))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .sum();
  }

  /// Ends all of it, the first one first: nginx's would start another worker for each that ends.
  void end() {
    var started = root.descendants().toList();
    root.destroyForcibly();
    root.onExit().join();
    started.forEach(ProcessHandle::destroyForcibly);
  }

  private Stream<Long> pids() {
    return Stream.concat(Stream.of(root), root.descendants()).map(ProcessHandle::pid);
  }

  private static String read(long pid, String file) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/" + file));
    } catch (IOException e) {
      throw new UncheckedIOException("a process of a proxy has ended", e);
    }
  }
}
