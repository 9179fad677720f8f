package dev.stead.rig.server;

import dev.stead.rig.host.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A control group, one directory of one name per hierarchy: what runs in it is limited, frozen,
/// found and ended as one, whatever it forked. Every process that the rig starts is in one, so that
/// a killed test run leaves nothing that the next cannot find.
final class Group implements AutoCloseable {
  private static final Path ROOT = Path.of("/sys/fs/cgroup");
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final List<String> HIERARCHIES =
      Stream.of("memory", "cpu", "cpuacct", "pids", "freezer", "systemd", "unified")
          .filter(hierarchy -> Files.isDirectory(ROOT.resolve(hierarchy)))
          .toList();

  private final String name;

  private Group(String name) {
    this.name = name;
  }

  static Group make(String name) {
    var group = new Group(name);
    try {
      for (var directory : group.directories()) {
        Files.createDirectories(directory);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("making the control group " + name, e);
    }
    return group;
  }

  /// Those whose name begins so, from whatever test run.
  static List<Group> find(String prefix) {
    Set<String> names = new TreeSet<>();
    for (var hierarchy : HIERARCHIES) {
      try (var entries = Files.list(ROOT.resolve(hierarchy))) {
        entries
            .map(entry -> entry.getFileName().toString())
            .filter(name -> name.startsWith(prefix))
            .forEach(names::add);
      } catch (IOException e) {
        throw new UncheckedIOException("listing the control groups " + hierarchy, e);
      }
    }
    return names.stream().map(Group::new).toList();
  }

  /// A command that joins this group before it becomes the given one.
  List<String> joinedBy(List<String> command) {
    var script = new StringBuilder("set -e; ");
    for (var directory : directories()) {
      script.append("echo $$ > ").append(directory.resolve("cgroup.procs")).append("; ");
    }
    var joined = new ArrayList<>(List.of("sh", "-c", script + "exec \"$@\"", "rig"));
    joined.addAll(command);
    return joined;
  }

  void set(String hierarchy, String file, String value) {
    var path = ROOT.resolve(hierarchy).resolve(name).resolve(file);
    try {
      Files.writeString(path, value);
    } catch (IOException e) {
      throw new UncheckedIOException("writing " + value + " to " + path, e);
    }
  }

  void freeze() {
    set("freezer", "freezer.state", "FROZEN");
    Eventually.until(name + " to freeze", PATIENCE, () -> freezerState().equals("FROZEN"));
  }

  void thaw() {
    set("freezer", "freezer.state", "THAWED");
  }

  private String freezerState() {
    try {
      return Files.readString(ROOT.resolve("freezer").resolve(name).resolve("freezer.state"))
          .strip();
    } catch (IOException e) {
      throw new UncheckedIOException("reading the state of " + name, e);
    }
  }

  List<Long> processes() {
    return subdirectories(ROOT.resolve("memory").resolve(name)).stream()
        .flatMap(directory -> lines(directory.resolve("cgroup.procs")).stream())
        .map(Long::valueOf)
        .toList();
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException _) {
      return List.of(); // the group is gone, and its processes with it
    }
  }

  /// Kills all that is in it, and waits until it is empty.
  void kill() {
    thaw();
    Eventually.until(() -> "the end of " + processes() + " in " + name, PATIENCE, this::killed);
  }

  /// Kills those that are in it, and tells whether there were none.
  private boolean killed() {
    var left = processes();
    left.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    return left.isEmpty();
  }

  /// Kills all that is in it, and removes it.
  @Override
  public void close() {
    if (Files.exists(ROOT.resolve("freezer").resolve(name))) {
      kill();
    }
    for (var directory : directories()) {
      // One that was forked while the others were looked for may still be there.
      Eventually.until(
          "the removal of " + directory, PATIENCE, () -> killed() && removed(directory));
    }
  }

  @Override
  public String toString() {
    return name;
  }

  private static boolean removed(Path group) {
    return subdirectories(group).stream()
        .sorted(Comparator.reverseOrder())
        .allMatch(directory -> directory.toFile().delete());
  }

  private List<Path> directories() {
    return HIERARCHIES.stream().map(ROOT::resolve).map(root -> root.resolve(name)).toList();
  }

  /// Itself and all below it that are there: some may be going meanwhile, with the system in them.
  private static List<Path> subdirectories(Path group) {
    var found = new ArrayList<Path>();
    var visitor =
        new SimpleFileVisitor<Path>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes any) {
            found.add(directory);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException gone) {
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException gone) {
            return FileVisitResult.CONTINUE;
          }
        };
    try {
      Files.walkFileTree(group, visitor);
    } catch (IOException e) {
      throw new UncheckedIOException("looking for the control groups in " + group, e);
    }
    return found;
  }
}
