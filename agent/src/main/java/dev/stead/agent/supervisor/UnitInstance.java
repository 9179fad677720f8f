package dev.stead.agent.supervisor;

import dev.stead.agent.supervisor.Instance.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/// One instance as a unit. systemd keeps it running by itself, whether an agent is there or not;
/// what is told here is read from what `unit.sh` wrote down.
final class UnitInstance implements KnownInstance {
  private final String id;
  private final String unit;
  private final InstanceFiles files;
  private final UnitRecord record;
  private final UnitWorkshop workshop;

  /// Whether it was asked to run, by this supervisor or an earlier one.
  private final AtomicBoolean wanted;

  private volatile InstanceSpec spec;

  UnitInstance(InstanceSpec spec, Path home, UnitWorkshop workshop) {
    this.id = spec.id();
    this.unit = UnitWorkshop.APP_PREFIX + id + ".service";
    this.files = new InstanceFiles(home);
    this.record = workshop.record(id);
    this.workshop = workshop;
    this.spec = spec;
    this.wanted = new AtomicBoolean(workshop.units().defined(unit));
  }

  @Override
  public void start(InstanceSpec fresh) {
    if (!wanted.compareAndSet(false, true)) {
      throw new IllegalStateException("instance %s is in use".formatted(id));
    }
    launch(fresh);
  }

  /// Goes on with it where its unit runs, or is about to; starts it where there is none.
  @Override
  public void adopt(InstanceSpec known) {
    if (!wanted.compareAndSet(false, true)) {
      try {
        record.create();
        record.writeScript(script(known));
        workshop.units().define(unit, text(known));
        workshop.units().demand(unit);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot take over instance " + id, e);
      }
      spec = known;
      return;
    }
    launch(known);
  }

  private void launch(InstanceSpec fresh) {
    spec = fresh;
    try {
      files.create();
      files.writeSpec(InstanceFiles.Spec.of(fresh, List.of()));
      record.create();
      record.clear();
      record.writeScript(script(fresh));
      workshop.units().define(unit, text(fresh));
      Program.Result started = workshop.units().start(unit);
      // One that ended at once has run: how, its record tells.
      if (!started.succeeded() && record.ends() == 0) {
        throw new IOException(started.said());
      }
    } catch (IOException e) {
      stop(Duration.ZERO);
      throw new UncheckedIOException(
          "cannot start instance %s: %s".formatted(id, e.getMessage()), e);
    }
  }

  private static byte[] script(InstanceSpec spec) {
    return StartScript.of(spec.environment(), List.of("/bin/sh", "-c", spec.command()));
  }

  private String text(InstanceSpec of) throws IOException {
    List<String> service =
        new ArrayList<>(
            workshop.properties(of.directory(), of.access(), of.memoryBytes(), of.cpu()));
    service.add("StandardInput=file:" + record.script());
    service.add("Restart=always");
    service.add("RestartSec=100ms");
    service.add("TimeoutStartSec=infinity");
    // To systemd, no time at all means for ever.
    service.add("TimeoutStopSec=%dms".formatted(Math.max(1, of.stopTimeout().toMillis())));
    service.add("KillSignal=SIG" + of.stopSignal());
    service.add("StandardOutput=append:" + files.output());
    service.add("StandardError=append:" + files.output());
    service.add("ExecStartPre=" + workshop.around("wait", record));
    service.add("ExecStart=" + Units.command(StartScript.RUN_INPUT));
    service.add("ExecStartPost=" + workshop.around("began", record));
    service.add("ExecStopPost=" + workshop.around("ended", record));
    return """
    [Unit]
    Description=Stead app instance %s
    StartLimitIntervalSec=0

    [Service]
    %s
    """
        .formatted(id, String.join("\n", service));
  }

  @Override
  public void stop(Duration grace) {
    if (!wanted.get()) {
      return;
    }
    try {
      workshop.units().stop(unit, grace);
      workshop.units().forget(unit);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot stop instance %s".formatted(id), e);
    }
    wanted.set(false);
  }

  /// systemd ends it as its unit says, and starts it again, `unit.sh` making it wait.
  @Override
  public void restart(Verdict why) {
    if (!wanted.get() || running().isEmpty()) {
      return;
    }
    try {
      record.condemn(why);
      workshop.units().restart(unit);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot restart instance %s".formatted(id), e);
    }
  }

  @Override
  public void remove() {
    if (wanted.get()) {
      throw new IllegalStateException(
          "instance %s runs: stop it before it is removed".formatted(id));
    }
    record.delete();
    files.delete();
  }

  @Override
  public Instance instance() {
    int ends = record.ends();
    State state = state();
    int restarts = state instanceof State.Running ? ends : Math.max(0, ends - 1);
    return new Instance(spec, state, restarts, record.lastExit(spec.memoryBytes()), memoryBytes());
  }

  private State state() {
    Optional<ProcessId> running = running();
    if (running.isPresent()) {
      return new State.Running(running.orElseThrow().number(), record.since());
    }
    return wanted.get()
        ? new State.BackingOff(record.until().orElse(Instant.EPOCH))
        : new State.Stopped();
  }

  private Optional<ProcessId> running() {
    return record.process().filter(ProcessId::alive);
  }

  /// Ends all of a run of which the kernel has killed a process for memory, as it would not work
  /// without. It is started again.
  void endWhenShortOfMemory() {
    Optional<ProcessId> running = running();
    OptionalLong before = record.killsBefore();
    if (running.isEmpty()
        || before.isEmpty()
        || UnitGroup.of(running.orElseThrow()).kills() <= before.getAsLong()) {
      return;
    }
    try {
      workshop.units().kill(unit);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot end instance %s".formatted(id), e);
    }
  }

  private OptionalLong memoryBytes() {
    return running()
        .map(process -> UnitGroup.of(process).memoryBytes(process))
        .orElseGet(OptionalLong::empty);
  }

  @Override
  public Set<Integer> listeningPorts() {
    return running()
        .map(process -> Processes.listeningPorts(UnitGroup.of(process).processes(process)))
        .orElseGet(Set::of);
  }

  Path output() {
    return files.output();
  }
}
