package dev.stead.agent.supervisor;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/// A command that is run once. A thread of its own waits for its end; what it started and left
/// behind ends with it.
final class RunningTask implements Task {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration POLL_ENDING = Duration.ofMillis(10);

  /// How long its processes may live after the polite signal.
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final Process process;
  private final TaskSpec spec;
  private final Confinement confinement;
  private final InstantSource clock;
  private final ProcessId leader;
  private final CompletableFuture<Exit> exit = new CompletableFuture<>();
  private volatile boolean asked;

  RunningTask(Process process, TaskSpec spec, Confinement confinement, InstantSource clock) {
    this.process = process;
    this.spec = spec;
    this.confinement = confinement;
    this.clock = clock;
    this.leader =
        Processes.entry(process.pid())
            .map(entry -> new ProcessId(entry.number(), entry.startTime()))
            .orElse(ProcessId.GONE);
  }

  /// The thread's whole life.
  void watch() {
    try {
      Exit seen = awaitEnd();
      confinement.dissolve();
      exit.complete(seen);
    } catch (InterruptedException | RuntimeException e) {
      killAll();
      confinement.dissolve();
      exit.completeExceptionally(e);
    }
  }

  private Exit awaitEnd() throws InterruptedException {
    boolean outOfMemory = false;
    while (!process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
      outOfMemory = outOfMemory || confinement.exceeded(leader);
      if (outOfMemory) {
        killAll();
      }
    }
    while (!processes().isEmpty()) {
      if (!asked) {
        killAll();
      }
      LockSupport.parkNanos(POLL_ENDING.toNanos());
    }
    return outOfMemory || confinement.exceeded(leader)
        ? LiveRun.outOfMemory(clock.instant(), spec.memoryBytes(), confinement.peakBytes())
        : LiveRun.explained(clock.instant(), process.exitValue(), false);
  }

  private Set<Long> processes() {
    return confinement.processes(leader);
  }

  private void killAll() {
    processes()
        .forEach(number -> ProcessHandle.of(number).ifPresent(ProcessHandle::destroyForcibly));
  }

  @Override
  public OutputStream input() {
    return process.getOutputStream();
  }

  @Override
  public InputStream output() {
    return process.getInputStream();
  }

  @Override
  public InputStream errorOutput() {
    return process.getErrorStream();
  }

  @Override
  public Exit await() throws InterruptedException {
    try {
      return exit.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the end of %s was not seen".formatted(spec), e.getCause());
    }
  }

  @Override
  public void resize(TaskSpec.Terminal size) {
    PseudoTerminal.of(processes()).ifPresent(terminal -> terminal.resize(size));
  }

  /// Asks all its processes to end, SIGHUP where they have a terminal since shells ignore SIGTERM
  /// there; those that have not after five seconds are killed.
  @Override
  public void close() {
    asked = true;
    try {
      awaitBegun();
      Signals.send(spec.terminal().isPresent() ? "HUP" : "TERM", leaderFirst());
      exit.get(GRACE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      kill();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      kill();
    } catch (IOException | ExecutionException e) {
      throw new IllegalStateException("the end of %s was not seen".formatted(spec), e);
    }
  }

  /// A shell that waits for a child must hear of the signal before that child ends: it would take
  /// the child's end for a success and end with 0.
  private List<Long> leaderFirst() {
    return processes().stream()
        .sorted(Comparator.comparing(number -> number != leader.number()))
        .toList();
  }

  /// Right after the start it stands in no group of its own yet: the signal would reach nobody, and
  /// the grace would pass in vain.
  private void awaitBegun() {
    long deadline = System.nanoTime() + GRACE.toNanos();
    while (process.isAlive() && processes().isEmpty() && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(POLL_ENDING.toNanos());
    }
  }

  private void kill() {
    asked = false;
    killAll();
    exit.join();
  }
}
