package dev.stead.agent.supervisor;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Runs each instance as a unit of systemd, and each task as one that ends with its streams: with a
/// user per app, limits, and a sandbox. Needs root and systemd 247 or newer.
///
/// systemd itself starts again what ends, so instances are kept running also while no agent is
/// there; the units are gone after a reboot, when the agent starts anew what should run.
///
/// One at a time may be open in a home. The caller holds a lock that ensures it.
public final class SystemdSupervisor implements Supervisor {
  /// Whoever serves a release's static files; may read them.
  private static final String READERS = "stead-edge";

  private static final String PASSABLE = "rwx--x--x";

  private static final System.Logger LOG = System.getLogger(SystemdSupervisor.class.getName());

  private static final Duration MEMORY_POLL = Duration.ofSeconds(1);

  private final Path home;
  private final Path directory;
  private final InstantSource clock;
  private final UnitWorkshop workshop;
  private final SecureRandom random = new SecureRandom();
  private final KnownInstances<UnitInstance> instances = new KnownInstances<>();
  private final Map<String, UnitTask> tasks = new ConcurrentHashMap<>();
  private final Thread memoryWatch =
      Thread.ofVirtual().name("memory-watch").unstarted(this::watchMemory);
  private volatile boolean closed;

  private SystemdSupervisor(Path home, UnitWorkshop workshop, InstantSource clock) {
    this.home = home;
    this.directory = home.resolve("instances");
    this.workshop = workshop;
    this.clock = clock;
  }

  /// Opens the home, finds the instances that an earlier supervisor left, and ends tasks and units
  /// that belong to none.
  ///
  /// @param run a directory that is gone after a reboot
  public static SystemdSupervisor open(Path home, Path run, InstantSource clock) {
    try {
      var workshop =
          new UnitWorkshop(
              new Units(),
              new AppUsers(),
              new Sandbox(home, run),
              install(home),
              run.resolve("apps"));
      var supervisor = new SystemdSupervisor(home, workshop, clock);
      supervisor.findInstances();
      if (supervisor.limits().memory() == Limits.Enforcement.CGROUP_V1) {
        supervisor.memoryWatch.start();
      }
      return supervisor;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot find the instances in %s: %s".formatted(home, e.getMessage()), e);
    }
  }

  /// With control groups of version 2, systemd itself ends a unit of which a process was killed for
  /// memory (`OOMPolicy=`); with version 1 it does not learn of it.
  private void watchMemory() {
    while (!closed) {
      for (UnitInstance instance : instances.all()) {
        try {
          instance.endWhenShortOfMemory();
        } catch (UncheckedIOException e) {
          LOG.log(System.Logger.Level.WARNING, "memory is watched on", e);
        }
      }
      LockSupport.parkNanos(MEMORY_POLL.toNanos());
    }
  }

  private static Path install(Path home) throws IOException {
    Path program = home.resolve("unit.sh");
    try (InputStream resource =
        Objects.requireNonNull(SystemdSupervisor.class.getResourceAsStream("unit.sh"))) {
      Path temporary = home.resolve("unit.sh.new");
      Files.copy(resource, temporary, StandardCopyOption.REPLACE_EXISTING);
      Files.move(temporary, program, StandardCopyOption.ATOMIC_MOVE);
    }
    return program;
  }

  private void findInstances() throws IOException {
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    try (DirectoryStream<Path> found = Files.newDirectoryStream(directory)) {
      for (Path each : found) {
        var files = new InstanceFiles(each);
        Optional<InstanceFiles.Spec> spec = files.spec();
        if (spec.isPresent()) {
          instances.found(
              files.id(),
              new UnitInstance(spec.orElseThrow().withoutEnvironment(files.id()), each, workshop));
        } else {
          files.delete();
        }
      }
    }
    endStrangers();
    forgetStrangers();
  }

  /// Deletes the records of tasks that ended with an earlier agent: they hold an environment.
  private void forgetStrangers() throws IOException {
    if (Files.notExists(workshop.records())) {
      return;
    }
    try (DirectoryStream<Path> found = Files.newDirectoryStream(workshop.records())) {
      for (Path each : found) {
        if (!instances.contains(each.getFileName().toString())) {
          new UnitRecord(each).delete();
        }
      }
    }
  }

  private void endStrangers() throws IOException {
    for (String unit : workshop.units().list(UnitWorkshop.TASK_PREFIX + "*.service")) {
      workshop.units().stop(unit, Duration.ZERO);
    }
    for (String unit : workshop.units().list(UnitWorkshop.APP_PREFIX + "*.service")) {
      String id =
          unit.substring(UnitWorkshop.APP_PREFIX.length(), unit.length() - ".service".length());
      if (!instances.contains(id)) {
        workshop.units().stop(unit, Duration.ZERO);
        workshop.units().forget(unit);
      }
    }
  }

  @Override
  public void own(String app, Path tree) {
    try {
      String user = workshop.users().ensure(app);
      if (Files.getOwner(tree).getName().equals(user)) {
        return;
      }
      boolean served = Program.run("getent", "group", READERS).succeeded();
      require(
          Program.run(
              "chown", "-R", "-h", user + ":" + (served ? READERS : user), tree.toString()));
      require(Program.run("chmod", "-R", "g+rX", tree.toString()));
      // What an install step adds is for the same group.
      require(
          Program.run("find", tree.toString(), "-type", "d", "-exec", "chmod", "g+s", "{}", "+"));
      for (@Nullable Path around = tree.getParent();
          around != null && around.startsWith(home) && !around.equals(home);
          around = around.getParent()) {
        passable(around);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot give %s to the user of %s: %s".formatted(tree, app, e.getMessage()), e);
    }
  }

  /// Everybody may go through, and nobody look around.
  private static void passable(Path directory) throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(PASSABLE));
  }

  private static void require(Program.Result result) throws IOException {
    if (!result.succeeded()) {
      throw new IOException(result.said());
    }
  }

  @Override
  public void start(InstanceSpec spec) {
    kept(spec).start(spec);
  }

  @Override
  public void adopt(InstanceSpec spec) {
    kept(spec).adopt(spec);
  }

  private UnitInstance kept(InstanceSpec spec) {
    requireOpen();
    return instances.get(
        spec.id(), () -> new UnitInstance(spec, directory.resolve(spec.id()), workshop));
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
    return directory.resolve(id).resolve("output");
  }

  @Override
  public Task run(TaskSpec spec) {
    requireOpen();
    byte[] name = new byte[6];
    random.nextBytes(name);
    String id = HexFormat.of().formatHex(name);
    try {
      UnitTask task = UnitTask.start(id, spec, workshop, clock);
      tasks.put(id, task);
      Thread.ofVirtual().name("task-" + id).start(() -> watch(id, task));
      return task;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run %s: %s".formatted(spec, e.getMessage()), e);
    }
  }

  private void watch(String id, UnitTask task) {
    task.watch();
    tasks.remove(id);
  }

  @Override
  public Limits limits() {
    boolean first =
        Hierarchy.all().stream().anyMatch(each -> each.controllers().contains("memory"));
    Limits.Enforcement by = first ? Limits.Enforcement.CGROUP_V1 : Limits.Enforcement.CGROUP_V2;
    return new Limits(by, by);
  }

  /// Tasks end: they cannot go on without the streams that this process holds.
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    LockSupport.unpark(memoryWatch);
    tasks.values().forEach(UnitTask::close);
  }
}
