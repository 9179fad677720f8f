package dev.stead.agent.supervisor;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/// A run and the hands on it: what it does now, how to end it, how it ended. Only the thread that
/// holds the instance changes it; others may ask for its processes and memory.
final class LiveRun {
  /// How long a shim may take to write down an end.
  private static final long SHIM_WRITES_NANOS = Duration.ofSeconds(5).toNanos();

  private final Run run;
  private final InstanceFiles files;
  private final Confinement confinement;
  private final OptionalLong limitBytes;
  private boolean outOfMemory;
  private long appGoneNanos;

  LiveRun(Run run, InstanceFiles files, Confinement confinement, OptionalLong limitBytes) {
    this.run = run;
    this.files = files;
    this.confinement = confinement;
    this.limitBytes = limitBytes;
  }

  long pid() {
    return run.app().number();
  }

  Instant since() {
    return run.since();
  }

  Set<Long> processes() {
    return confinement.processes(run.app());
  }

  OptionalLong memoryBytes() {
    return confinement.memoryBytes(run.app());
  }

  /// Whether the first process is gone and its end written down, or will never be.
  boolean ended() throws IOException {
    if (run.app().alive()) {
      return false;
    }
    if (appGoneNanos == 0) {
      appGoneNanos = System.nanoTime();
    }
    boolean shimLives = run.shim().alive(); // asked first: it writes, then it ends
    if (files.ending().isPresent() || !shimLives) {
      return true;
    }
    if (System.nanoTime() - appGoneNanos > SHIM_WRITES_NANOS) {
      kill(run.shim().number()); // stopped by somebody, or its disk is gone
    }
    return false;
  }

  /// Whether memory ran out at any time of the run.
  boolean exceeded() {
    outOfMemory = outOfMemory || confinement.exceeded(run.app());
    return outOfMemory;
  }

  /// Sends the polite signal to the process group; where its first process is gone already, to
  /// those that are left.
  void signal(String name) throws IOException, InterruptedException {
    if (run.app().alive()) {
      Signals.sendToGroup(name, pid());
    } else {
      Signals.send(name, processes());
    }
  }

  void killAll() {
    processes().forEach(LiveRun::kill);
  }

  private static void kill(long process) {
    ProcessHandle.of(process).ifPresent(ProcessHandle::destroyForcibly);
  }

  /// How it ended, once [#ended] says so and no process is left. Gives up its confinement.
  Exit conclude(Instant now) throws IOException {
    boolean memory = exceeded();
    Optional<InstanceFiles.Ending> ending = files.ending();
    Instant at = ending.map(InstanceFiles.Ending::at).orElse(now);
    OptionalLong peak = confinement.peakBytes();
    confinement.dissolve();
    if (memory) {
      return outOfMemory(at, limitBytes, peak);
    }
    return ending
        .map(known -> explained(at, known.status(), known.coreDumped()))
        .orElseGet(() -> new Exit.Unknown(at));
  }

  static Exit explained(Instant at, int status, boolean coreDumped) {
    OptionalInt signal = Signals.ofStatus(status);
    return signal.isPresent()
        ? new Exit.Signal(at, Signals.name(signal.getAsInt()), coreDumped)
        : new Exit.Code(at, status);
  }

  /// A peak far below the limit tells that another limit was met: that of a group around it, or the
  /// machine itself.
  static Exit outOfMemory(Instant at, OptionalLong limit, OptionalLong peak) {
    boolean own =
        limit.isPresent() && (peak.isEmpty() || peak.getAsLong() >= limit.getAsLong() / 10 * 9);
    return new Exit.OutOfMemory(at, own ? limit : OptionalLong.empty(), peak);
  }
}
