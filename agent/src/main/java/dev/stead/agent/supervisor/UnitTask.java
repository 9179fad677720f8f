package dev.stead.agent.supervisor;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// A command that is run once, as a unit of its own that `systemd-run` makes, waits for and
/// connects to our streams.
final class UnitTask implements Task {
  private static final Duration POLL = Duration.ofMillis(100);

  private final String unit;
  private final Process process;
  private final TaskSpec spec;
  private final UnitRecord record;
  private final UnitWorkshop workshop;
  private final InstantSource clock;
  private final CompletableFuture<Exit> exit = new CompletableFuture<>();

  private UnitTask(
      Process process,
      TaskSpec spec,
      UnitRecord record,
      UnitWorkshop workshop,
      InstantSource clock) {
    this.unit = unit(record);
    this.process = process;
    this.spec = spec;
    this.record = record;
    this.workshop = workshop;
    this.clock = clock;
  }

  static UnitTask start(String id, TaskSpec spec, UnitWorkshop workshop, InstantSource clock)
      throws IOException {
    UnitRecord record = workshop.record(id);
    record.create();
    try {
      record.writeScript(StartScript.of(spec.environment(), spec.command()));
      Process process = new ProcessBuilder(words(unit(record), spec, record, workshop)).start();
      return new UnitTask(process, spec, record, workshop, clock);
    } catch (IOException e) {
      record.delete();
      throw e;
    }
  }

  private static String unit(UnitRecord record) {
    return UnitWorkshop.TASK_PREFIX + record.directory().getFileName() + ".service";
  }

  private static List<String> words(
      String unit, TaskSpec spec, UnitRecord record, UnitWorkshop workshop) throws IOException {
    boolean terminal = spec.terminal().isPresent();
    List<String> words = new ArrayList<>(List.of("systemd-run", "--quiet", "--wait", "--collect"));
    words.add(terminal ? "--pty" : "--pipe");
    words.add("--unit=" + unit);
    for (String property :
        workshop.properties(
            spec.directory(), spec.access(), spec.memoryBytes(), OptionalDouble.empty())) {
      words.add("--property=" + property);
    }
    words.add("--property=LoadCredential=%s:%s".formatted(StartScript.CREDENTIAL, record.script()));
    // Shells on a terminal ignore the polite signal, and end with their line.
    words.add("--property=SendSIGHUP=" + (terminal ? "yes" : "no"));
    words.add("--property=TimeoutStopSec=5s");
    words.add("--property=ExecStopPost=" + workshop.around("ended", record));
    words.addAll(StartScript.RUN_CREDENTIAL);
    return spec.terminal().map(size -> PseudoTerminal.command(words, size)).orElse(words);
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

  /// Waits for the end, on a thread of its own, and deletes what was kept for it.
  void watch() {
    try {
      int code = process.waitFor();
      Instant now = clock.instant();
      exit.complete(
          record
              .lastExit(spec.memoryBytes())
              .orElseGet(
                  () ->
                      new Exit.NotLaunched(
                          now, "systemd-run ended with code %d, see its output".formatted(code))));
      record.delete();
    } catch (InterruptedException | RuntimeException e) {
      exit.completeExceptionally(e);
    }
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

  /// Ours alone: they hold the terminal whose size the unit's follows.
  private Set<Long> processes() {
    return process.descendants().map(ProcessHandle::pid).collect(Collectors.toSet());
  }

  @Override
  public void close() {
    try {
      // One that has just begun may have no unit yet that could be stopped.
      while (process.isAlive()) {
        workshop.units().stop(unit, UnitWorkshop.TASK_GRACE);
        process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot end %s".formatted(spec), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroy();
    }
  }
}
