package dev.stead.agent.supervisor;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/// Finds a run's processes in the process table and adds up their memory, for machines where Stead
/// may not make control groups.
///
/// A process belongs to the run when it is in the session of the run's first process, or was
/// started with the run's mark in its environment. One that leaves the session and clears its
/// environment escapes.
final class Watch implements Confinement {
  /// The variable that marks every process of a run; its value is the instance's directory.
  static final String MARK = "STEAD_SHIM";

  private final String mark;
  private final OptionalLong limitBytes;
  private final ProcessTable table;
  private volatile long peakBytes; // written by the run's own thread

  Watch(Path directory, OptionalLong limitBytes, ProcessTable table) {
    this.mark = directory.toString();
    this.limitBytes = limitBytes;
    this.table = table;
  }

  @Override
  public List<Path> groups() {
    return List.of();
  }

  @Override
  public Set<Long> processes(ProcessId leader) {
    // A dead leader's number may be somebody else's session by now.
    boolean leads = leader.alive();
    return Processes.where(
        entry ->
            (leads && entry.session() == leader.number())
                || Processes.startedWith(entry.number(), MARK).filter(mark::equals).isPresent());
  }

  @Override
  public OptionalLong memoryBytes(ProcessId leader) {
    return OptionalLong.of(proportionalBytes(processes(leader)));
  }

  /// Looks at the session alone, and first at what costs little: resident memory counts shared
  /// pages once for each process, so it errs on the side of looking closer.
  @Override
  public boolean exceeded(ProcessId leader) {
    if (limitBytes.isEmpty()) {
      return false;
    }
    List<Processes.Entry> session = table.session(leader.number());
    long used = session.stream().mapToLong(Processes.Entry::residentBytes).sum();
    if (used > limitBytes.getAsLong()) {
      used = proportionalBytes(Set.copyOf(session.stream().map(Processes.Entry::number).toList()));
    }
    peakBytes = Math.max(peakBytes, used);
    return used > limitBytes.getAsLong();
  }

  private static long proportionalBytes(Set<Long> processes) {
    return processes.stream().mapToLong(Processes::proportionalBytes).sum();
  }

  @Override
  public OptionalLong peakBytes() {
    return peakBytes > 0 ? OptionalLong.of(peakBytes) : OptionalLong.empty();
  }

  @Override
  public void dissolve() {}
}
