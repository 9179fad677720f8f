package dev.stead.agent.supervisor;

import dev.stead.agent.supervisor.Limits.Enforcement;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/// The control groups that this process may make: below its own in version 1, and in version 2
/// below the nearest ancestor that hands out the memory controller, since a group with processes
/// cannot have children with limits. Whether a process may really be moved there is tried once, at
/// opening.
///
/// All groups of one home lie in a directory named after it: `stead-HASH/ID`.
///
/// @param memory the home's directory in the hierarchy that limits memory; empty where there is
///   none
/// @param cpu the same for processor time
record ControlGroups(ControlGroup.Version version, Optional<Path> memory, Optional<Path> cpu) {
  private static final ControlGroups NONE =
      new ControlGroups(ControlGroup.Version.V2, Optional.empty(), Optional.empty());

  /// No group at all: memory is watched.
  static ControlGroups none() {
    return NONE;
  }

  static ControlGroups open(Path home) {
    String name = "stead-" + hash(home);
    List<Hierarchy> hierarchies = Hierarchy.all();
    Optional<Path> memory = firstVersion(hierarchies, "memory").flatMap(own -> usable(own, name));
    if (memory.isPresent()) {
      Optional<Path> cpu = firstVersion(hierarchies, "cpu").flatMap(own -> usable(own, name));
      return new ControlGroups(ControlGroup.Version.V1, memory, cpu);
    }
    return hierarchies.stream()
        .filter(Hierarchy::unified)
        .findFirst()
        .flatMap(hierarchy -> secondVersion(hierarchy, name))
        .orElse(NONE);
  }

  private static Optional<Path> firstVersion(List<Hierarchy> hierarchies, String controller) {
    return hierarchies.stream()
        .filter(hierarchy -> hierarchy.controllers().contains(controller))
        .findFirst()
        .map(Hierarchy::ownGroup);
  }

  private static Optional<ControlGroups> secondVersion(Hierarchy hierarchy, String name) {
    Path at = hierarchy.ownGroup();
    while (!handsOut(at, "memory") && at.startsWith(hierarchy.point()) && at.getParent() != null) {
      at = at.getParent();
    }
    Path parent = at;
    Optional<Path> memory = usable(parent, name).filter(base -> handsOut(base, "memory"));
    Optional<Path> cpu = memory.filter(base -> handsOut(parent, "cpu") && handsOut(base, "cpu"));
    return memory.map(base -> new ControlGroups(ControlGroup.Version.V2, Optional.of(base), cpu));
  }

  /// Whether groups made in this one have the controller, after switching it on where that is
  /// possible.
  private static boolean handsOut(Path group, String controller) {
    Path control = group.resolve("cgroup.subtree_control");
    if (!lists(control, controller) && lists(group.resolve("cgroup.controllers"), controller)) {
      try {
        Files.writeString(control, "+" + controller);
      } catch (IOException e) {
        return false; // not ours to change, or it has processes of its own
      }
    }
    return lists(control, controller);
  }

  private static boolean lists(Path file, String word) {
    return Processes.read(file).map(String::strip).stream()
        .anyMatch(words -> List.of(words.split(" ", -1)).contains(word));
  }

  /// Makes the home's directory in a group, where a process can really be moved into it.
  private static Optional<Path> usable(Path parent, String name) {
    Path base = parent.resolve(name);
    Path trial = base.resolve("trial");
    try {
      Files.createDirectories(trial);
      boolean joined = joins(trial);
      Files.delete(trial);
      if (joined) {
        return Optional.of(base);
      }
      removeIfEmpty(base);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // not ours to make
    }
  }

  private static boolean joins(Path group) throws IOException {
    try {
      return new ProcessBuilder("/bin/sh", "-c", "echo $$ > \"$0\"/cgroup.procs", group.toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  Limits limits() {
    Enforcement groups =
        switch (version) {
          case V1 -> Enforcement.CGROUP_V1;
          case V2 -> Enforcement.CGROUP_V2;
        };
    return new Limits(
        memory.isPresent() ? groups : Enforcement.WATCHED,
        cpu.isPresent() ? groups : Enforcement.NONE);
  }

  /// Makes the group of a new run, with its limits. Empty where only a watch is possible.
  Optional<ControlGroup> create(String id, OptionalLong memoryBytes, OptionalDouble cores)
      throws IOException {
    if (memory.isEmpty()) {
      return Optional.empty();
    }
    Stream<Path> used = cores.isPresent() ? bases() : memory.stream();
    ControlGroup group = ControlGroup.create(version, used.map(base -> base.resolve(id)).toList());
    if (version == ControlGroup.Version.V2) {
      bases().forEach(this::handOut);
    }
    try {
      group.limitMemory(memoryBytes);
      if (cpu.isPresent()) {
        group.limitCpu(cores);
      }
      return Optional.of(group);
    } catch (IOException e) {
      group.dissolve();
      throw e;
    }
  }

  /// Again for each group, in case that the directory was removed and made anew.
  private void handOut(Path base) {
    handsOut(base, "memory");
    if (cpu.isPresent()) {
      handsOut(base, "cpu");
    }
  }

  /// Removes the groups of runs that are no more.
  void sweep(Set<String> ids) {
    bases().filter(Files::isDirectory).forEach(base -> sweep(base, ids));
  }

  private static void sweep(Path base, Set<String> ids) {
    try (DirectoryStream<Path> groups = Files.newDirectoryStream(base, Files::isDirectory)) {
      for (Path group : groups) {
        if (!ids.contains(group.getFileName().toString())) {
          ControlGroup.remove(group);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list the control groups in " + base, e);
    }
  }

  /// Removes the home's own directories where no run is left in them.
  void close() {
    bases().forEach(ControlGroups::removeIfEmpty);
  }

  private static void removeIfEmpty(Path base) {
    try {
      Files.deleteIfExists(base);
    } catch (IOException e) {
      return; // instances run on in it
    }
  }

  /// That for memory comes first. In version 2 both are one.
  private Stream<Path> bases() {
    return Stream.concat(memory.stream(), cpu.stream()).distinct();
  }

  private static String hash(Path home) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(home.toAbsolutePath().toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
