package dev.stead.agent.supervisor;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/// Starts runs, each confined as this machine allows, and finds those that were started before.
final class Launches {
  /// How long a shim may take until its instance runs.
  private static final Duration LAUNCH_MAX = Duration.ofSeconds(10);

  private static final Duration POLL = Duration.ofMillis(3);

  private final Shim shim;
  private final ControlGroups groups;
  private final InstantSource clock;
  private final ProcessTable table = new ProcessTable();

  Launches(Shim shim, ControlGroups groups, InstantSource clock) {
    this.shim = shim;
    this.groups = groups;
    this.clock = clock;
  }

  /// Starts a run and returns once it is recorded. Whatever fails, nothing of it is left.
  LiveRun launch(InstanceSpec spec, InstanceFiles files) throws IOException {
    files.create();
    Confinement confinement = confine(files.directory(), spec.memoryBytes(), spec.cpu());
    try {
      files.clearRun();
      files.writeSpec(InstanceFiles.Spec.of(spec, confinement.groups()));
      Process process = shim.start(spec, files, files.permit(), confinement.doors());
      Run recorded = awaitRecord(process, files);
      Run run = new Run(recorded.app(), recorded.shim(), clock.instant());
      return new LiveRun(run, files, confinement, spec.memoryBytes());
    } catch (IOException e) {
      confinement.dissolve();
      throw e;
    }
  }

  private static Run awaitRecord(Process process, InstanceFiles files) throws IOException {
    long deadline = System.nanoTime() + LAUNCH_MAX.toNanos();
    while (true) {
      boolean ended = ended(process); // asked first: an instance may be recorded and end at once
      Optional<Run> run = files.run();
      if (run.isPresent()) {
        return run.orElseThrow();
      }
      if (ended || System.nanoTime() > deadline) {
        files.permit();
        process.destroyForcibly();
        throw new IOException(
            ended
                ? "its shim ended at once: " + files.lastWords()
                : "its shim did not start it within %s; see %s"
                    .formatted(LAUNCH_MAX, files.shimLog()));
      }
    }
  }

  private static boolean ended(Process process) throws IOException {
    try {
      return process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while it was started", e);
    }
  }

  /// The run that an earlier supervisor left, dead or alive.
  Optional<LiveRun> find(InstanceFiles.Spec spec, InstanceFiles files) throws IOException {
    Optional<Run> run = files.run();
    if (run.isEmpty()) {
      files.permit();
      run = files.run(); // recorded just before the permission changed
    }
    Confinement confinement =
        spec.groups().isEmpty()
            ? new Watch(files.directory(), spec.memoryBytes(), table)
            : ControlGroup.found(spec.groupPaths());
    return run.map(found -> new LiveRun(found, files, confinement, spec.memoryBytes()));
  }

  /// Starts a command that is run once.
  RunningTask task(TaskSpec spec, Path mark) throws IOException {
    Confinement confinement = confine(mark, spec.memoryBytes(), OptionalDouble.empty());
    try {
      Process process = shim.start(spec, mark, confinement.doors());
      return new RunningTask(process, spec, confinement, clock);
    } catch (IOException e) {
      confinement.dissolve();
      throw e;
    }
  }

  private Confinement confine(Path directory, OptionalLong memoryBytes, OptionalDouble cpu)
      throws IOException {
    Optional<Confinement> group =
        groups.create(directory.getFileName().toString(), memoryBytes, cpu).map(made -> made);
    return group.orElseGet(() -> new Watch(directory, memoryBytes, table));
  }

  Limits limits() {
    return groups.limits();
  }
}
