package dev.stead.agent.supervisor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Runs instances as plain processes, each under a shim (`shim.sh`) that outlives the agent, in
/// `HOME/instances/ID/`. Needs no rights; limits are enforced as the machine allows.
///
/// One at a time may be open in a home: opening ends every process of the home that belongs to no
/// instance. The caller holds a lock that ensures it.
public final class ProcessSupervisor implements Supervisor {
  /// How long the kernel may take to end what an earlier agent left behind.
  private static final Duration SWEEP_MAX = Duration.ofSeconds(10);

  private static final FileAttribute<?> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Path directory;
  private final InstantSource clock;
  private final ControlGroups groups;
  private final Launches launches;
  private final SecureRandom random = new SecureRandom();
  private final KnownInstances<KeptInstance> instances = new KnownInstances<>();
  private final Set<RunningTask> tasks = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  private ProcessSupervisor(Path home, InstantSource clock, ControlGroups groups) {
    this.directory = home.resolve("instances");
    this.clock = clock;
    this.groups = groups;
    this.launches = new Launches(Shim.install(home, System.getenv()), groups, clock);
  }

  /// Opens the home, finds the instances that an earlier supervisor left, running or ended, and
  /// ends whatever else it left.
  public static ProcessSupervisor open(Path home, InstantSource clock) {
    Path absolute = home.toAbsolutePath().normalize();
    return open(absolute, clock, ControlGroups.open(absolute));
  }

  static ProcessSupervisor open(Path home, InstantSource clock, ControlGroups groups) {
    ProcessSupervisor supervisor = new ProcessSupervisor(home, clock, groups);
    try {
      supervisor.findInstances();
      return supervisor;
    } catch (IOException e) {
      supervisor.close();
      throw new UncheckedIOException(
          "cannot find the instances in %s: %s".formatted(supervisor.directory, e.getMessage()), e);
    }
  }

  private void findInstances() throws IOException {
    Files.createDirectories(directory, PRIVATE); // apps may print what is secret
    Set<String> running = new HashSet<>();
    List<Path> torn = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(directory)) {
      for (Path each : found) {
        InstanceFiles files = new InstanceFiles(each);
        Optional<InstanceFiles.Spec> spec = files.spec();
        if (spec.isEmpty()) {
          torn.add(each);
        } else if (find(files, spec.orElseThrow())) {
          running.add(files.id());
        }
      }
    }
    endStrangers(running);
    torn.forEach(each -> new InstanceFiles(each).delete());
    groups.sweep(running);
  }

  /// Whether it still runs.
  private boolean find(InstanceFiles files, InstanceFiles.Spec spec) throws IOException {
    KeptInstance instance =
        new KeptInstance(spec.withoutEnvironment(files.id()), files, launches, clock);
    instances.found(files.id(), instance);
    Optional<LiveRun> run = launches.find(spec, files);
    if (run.isPresent()) {
      instance.found(run.orElseThrow());
    }
    return instance.instance().running();
  }

  /// Kills processes of this home that belong to no running instance: those of tasks, and of
  /// instances whose end nobody saw.
  private void endStrangers(Set<String> running) throws IOException {
    Set<Long> strangers =
        Processes.where(
            entry ->
                Processes.startedWith(entry.number(), Watch.MARK)
                    .map(Path::of)
                    .filter(mark -> directory.equals(mark.getParent()))
                    .filter(mark -> !running.contains(mark.getFileName().toString()))
                    .isPresent());
    for (long stranger : strangers) {
      Optional<ProcessHandle> handle = ProcessHandle.of(stranger);
      if (handle.isPresent()) {
        end(handle.orElseThrow());
      }
    }
  }

  private static void end(ProcessHandle process) throws IOException {
    process.destroyForcibly();
    try {
      process.onExit().get(SWEEP_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw new IOException(
          "process %d of an earlier agent outlives SIGKILL".formatted(process.pid()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// All apps run as the user that the agent runs as.
  @Override
  public void own(String app, Path tree) {}

  @Override
  public void start(InstanceSpec spec) {
    kept(spec).start(spec);
  }

  @Override
  public void adopt(InstanceSpec spec) {
    kept(spec).adopt(spec);
  }

  private KeptInstance kept(InstanceSpec spec) {
    requireOpen();
    return instances.get(
        spec.id(), () -> new KeptInstance(spec, files(spec.id()), launches, clock));
  }

  private InstanceFiles files(String id) {
    return new InstanceFiles(directory.resolve(id));
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the supervisor of %s is closed".formatted(directory));
    }
  }

  @Override
  public void stop(String id, Duration grace) {
    instances.stop(id, grace);
  }

  @Override
  public void restart(String id, Verdict why) {
    instances.restart(id, why);
  }

  @Override
  public void remove(String id) {
    instances.remove(id);
  }

  @Override
  public List<Instance> instances() {
    return instances.list();
  }

  @Override
  public Optional<Instance> instance(String id) {
    return instances.find(id);
  }

  @Override
  public Set<Integer> listeningPorts(String id) {
    return instances.listeningPorts(id);
  }

  @Override
  public Path output(String id) {
    return files(id).output();
  }

  @Override
  public Task run(TaskSpec spec) {
    requireOpen();
    byte[] name = new byte[6];
    random.nextBytes(name);
    String id = "task-" + HexFormat.of().formatHex(name);
    try {
      RunningTask task = launches.task(spec, directory.resolve(id));
      tasks.add(task);
      Thread.ofVirtual().name(id).start(() -> watch(task));
      return task;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run %s: %s".formatted(spec, e.getMessage()), e);
    }
  }

  private void watch(RunningTask task) {
    task.watch();
    tasks.remove(task);
  }

  @Override
  public Limits limits() {
    return launches.limits();
  }

  /// Tasks end: they cannot go on without the streams that this process holds.
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    tasks.forEach(RunningTask::close);
    instances.all().forEach(KeptInstance::letGo);
    groups.close();
  }
}
