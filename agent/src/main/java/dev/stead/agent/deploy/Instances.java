package dev.stead.agent.deploy;

import dev.stead.agent.observe.LogCollector;
import dev.stead.agent.observe.LogTags;
import dev.stead.agent.observe.OutputTail;
import dev.stead.agent.supervisor.Access;
import dev.stead.agent.supervisor.Exit;
import dev.stead.agent.supervisor.Instance;
import dev.stead.agent.supervisor.InstanceSpec;
import dev.stead.agent.supervisor.Supervisor;
import dev.stead.agent.supervisor.Task;
import dev.stead.agent.supervisor.TaskSpec;
import dev.stead.sdk.AppConfig;
import dev.stead.sdk.ProcessConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// The instances of apps: what each is started with, and how it is stopped. Turns a [Placement]
/// into what the supervisor needs.
final class Instances {
  /// So many of an instance's last lines explain its failure.
  static final int LAST_LINES = 20;

  private final Surroundings around;
  private final Supervisor supervisor;
  private final LogCollector logs;
  private final Environment environment;
  private final Ports ports;
  private final Letters letters;

  Instances(Surroundings around, Environment environment, Ports ports, Letters letters) {
    this.around = around;
    this.supervisor = around.supervisor();
    this.logs = around.logs();
    this.environment = environment;
    this.ports = ports;
    this.letters = letters;
  }

  /// A place for a new instance, with a port of its own if requests reach it.
  ///
  /// @param number counts the instances of a process type, from 1
  Placement place(Release release, String process, int number) {
    return new Placement(
        "%s-v%d-%s-%d-%s"
            .formatted(release.app(), release.number(), process, number, letters.draw(4)),
        release.number(),
        process,
        process.equals(AppConfig.WEB) ? Optional.of(ports.reserve()) : Optional.empty());
  }

  /// Places for all instances of a release.
  ///
  /// @param scale how many of each process type
  List<Placement> place(Release release, Map<String, Integer> scale) {
    var placements = new ArrayList<Placement>();
    scale.forEach(
        (process, count) -> {
          for (var number = 1; number <= count; number++) {
            placements.add(place(release, process, number));
          }
        });
    return placements;
  }

  void start(Placement placement, Release release, Live live) {
    supervisor.start(spec(placement, release, live));
    watch(placement, release);
  }

  /// Keeps an instance of an earlier agent running, or starts it when it does not run.
  void adopt(Placement placement, Release release, Live live) {
    placement.port().ifPresent(ports::keep);
    supervisor.adopt(spec(placement, release, live));
    watch(placement, release);
  }

  private void watch(Placement placement, Release release) {
    logs.watch(
        supervisor.output(placement.id()),
        new LogTags(release.app(), release.number(), placement.process(), placement.id()));
  }

  /// Ends an instance politely; returns what there is to say about it.
  Optional<String> stop(Placement placement, ProcessConfig process) {
    supervisor.stop(placement.id(), process.stopTimeout());
    return find(placement)
        .flatMap(Instance::lastExit)
        .filter(exit -> exit instanceof Exit.Signal signal && signal.signal().equals("KILL"))
        .map(
            exit ->
                "%s of v%d did not end within %s of SIG%s and was killed"
                    .formatted(
                        placement.label(),
                        placement.release(),
                        Elapsed.text(process.stopTimeout()),
                        process.stopSignal().orElse("TERM")));
  }

  /// Forgets an instance that was stopped; what it printed stays in the logs.
  void remove(Placement placement) {
    try {
      logs.unwatch(supervisor.output(placement.id()));
    } catch (InterruptedException e) {
      throw new Control.Abandoned();
    }
    if (find(placement).isPresent()) {
      supervisor.remove(placement.id());
    }
    placement.port().ifPresent(ports::release);
  }

  Optional<Instance> find(Placement placement) {
    return supervisor.instance(placement.id());
  }

  /// Runs a command beside an instance, as that runs: in its directory, with its environment,
  /// access and memory. Both of the command's streams are the task's output.
  ///
  /// @throws java.io.UncheckedIOException when it could not be started
  Task runBeside(Instance instance, String line) {
    var spec = instance.spec();
    return supervisor.run(
        new TaskSpec(
            List.of("/bin/sh", "-c", "exec 2>&1\n" + line),
            spec.directory(),
            spec.environment(),
            spec.memoryBytes(),
            Optional.empty(),
            spec.access()));
  }

  /// The process that it runs as, if it does.
  Optional<Long> pid(Placement placement) {
    return find(placement)
        .flatMap(
            found ->
                found.state() instanceof Instance.State.Running(var pid, var _)
                    ? Optional.of(pid)
                    : Optional.empty());
  }

  Set<Integer> listeningPorts(Placement placement) {
    return supervisor.listeningPorts(placement.id());
  }

  /// The last lines that an instance printed.
  List<String> lastLines(Placement placement) {
    return OutputTail.last(supervisor.output(placement.id()), LAST_LINES);
  }

  Path directory(Release release) {
    return around.bundles().directory(release.app(), release.number());
  }

  private InstanceSpec spec(Placement placement, Release release, Live live) {
    var process = process(release, placement);
    SortedMap<String, String> variables =
        new TreeMap<>(environment.of(release, live.secrets(), live.previous()));
    variables.put("STEAD_INSTANCE", placement.id());
    variables.put("STEAD_PROCESS", placement.process());
    placement.port().ifPresent(port -> variables.put("PORT", String.valueOf(port)));
    return new InstanceSpec(
        placement.id(),
        process.command(),
        directory(release),
        variables,
        placement.port().map(OptionalInt::of).orElseGet(OptionalInt::empty),
        process.memoryBytes(),
        process.cpu(),
        process.stopSignal().orElse("TERM"),
        process.stopTimeout(),
        access(release));
  }

  /// What the processes of a release may write to: its volumes. The release itself is read-only.
  Access access(Release release) {
    var config = release.config();
    return new Access(
        release.app(),
        config.volumes().keySet().stream()
            .map(name -> around.volumes().directory(release.app(), name))
            .toList());
  }

  /// What its install step may: the release, too.
  Access accessOfInstall(Release release) {
    var access = access(release);
    var writable = new ArrayList<>(access.writable());
    writable.add(directory(release));
    return new Access(access.app(), writable);
  }

  static ProcessConfig process(Release release, Placement placement) {
    var process = release.config().processes().get(placement.process());
    if (process == null) {
      throw new IllegalStateException(
          "v%d has no process type %s".formatted(release.number(), placement.process()));
    }
    return process;
  }
}
