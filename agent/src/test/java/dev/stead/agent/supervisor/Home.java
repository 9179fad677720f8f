package dev.stead.agent.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/// A home of the test's own, with a supervisor in it and a clock that only the test moves. Closing
/// it stops every instance and proves that nothing is left: no process, no control group, no file.
final class Home implements AutoCloseable {
  static final Access ACCESS = new Access("cv", List.of());

  private static final Duration DEADLINE = Duration.ofSeconds(15);

  final Path path;
  final Path work;
  private final ControlGroups groups;
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
  private ProcessSupervisor supervisor;

  private Home(Path path, ControlGroups groups) throws IOException {
    this.path = path;
    this.work = Files.createDirectories(path.resolve("work"));
    this.groups = groups;
    this.supervisor = ProcessSupervisor.open(path, clock(), groups);
  }

  /// Limits as this machine enforces them.
  static Home open() throws IOException {
    Path path = Files.createTempDirectory("stead-home");
    return new Home(path, ControlGroups.open(path));
  }

  /// As on a machine where nobody lets Stead make control groups.
  static Home watched() throws IOException {
    return new Home(Files.createTempDirectory("stead-home"), ControlGroups.none());
  }

  ProcessSupervisor supervisor() {
    return supervisor;
  }

  InstantSource clock() {
    return now::get;
  }

  void pass(Duration time) {
    now.updateAndGet(before -> before.plus(time));
  }

  /// As an agent that ends and is started again.
  void reopen() {
    supervisor.close();
    supervisor = ProcessSupervisor.open(path, clock(), groups);
  }

  InstanceSpec spec(String id, String command) {
    return spec(id, command, Map.of(), OptionalLong.empty());
  }

  InstanceSpec spec(
      String id, String command, Map<String, String> environment, OptionalLong memoryBytes) {
    return new InstanceSpec(
        id,
        command,
        work,
        new TreeMap<>(environment),
        OptionalInt.empty(),
        memoryBytes,
        OptionalDouble.empty(),
        "TERM",
        Duration.ofSeconds(10),
        Home.ACCESS);
  }

  Instance instance(String id) {
    return supervisor.instance(id).orElseThrow();
  }

  Exit lastExit(String id) {
    return instance(id).lastExit().orElseThrow();
  }

  long pid(String id) {
    return ((Instance.State.Running) instance(id).state()).pid();
  }

  String output(String id) {
    return Processes.read(supervisor.output(id)).orElse("");
  }

  void awaitOutput(String id, String text) {
    await("'%s' in the output of %s".formatted(text, id), () -> output(id).contains(text));
  }

  void awaitEnd(String id) {
    await("the end of " + id, () -> !instance(id).running());
  }

  static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + DEADLINE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited %s for %s", DEADLINE, what).isLessThan(deadline);
      LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
    }
  }

  /// Every process that was started for an instance or a task of this home, or is a shim of it.
  Set<Long> processes() {
    return Processes.where(
        entry ->
            Processes.startedWith(entry.number(), Watch.MARK)
                    .filter(mark -> mark.startsWith(path.toString()))
                    .isPresent()
                || Processes.read(Path.of("/proc/%d/cmdline".formatted(entry.number())))
                    .filter(line -> line.contains(path.toString()))
                    .isPresent());
  }

  @Override
  public void close() throws IOException {
    for (Instance instance : supervisor.instances()) {
      supervisor.stop(instance.id(), Duration.ZERO);
      supervisor.remove(instance.id());
    }
    supervisor.close();
    await("no process to be left", () -> processes().isEmpty());
    assertThat(path.resolve("instances")).isEmptyDirectory();
    List<Path> left = Stream.concat(groups.memory().stream(), groups.cpu().stream()).toList();
    assertThat(left).allSatisfy(group -> assertThat(group).doesNotExist());
    try (Stream<Path> tree = Files.walk(path)) {
      for (Path each : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
