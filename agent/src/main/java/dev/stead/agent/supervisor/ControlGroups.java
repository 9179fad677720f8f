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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

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
    List<Mount> mounts = Mount.all();
    Optional<Path> memory = firstVersion(mounts, "memory").flatMap(own -> usable(own, name));
    if (memory.isPresent()) {
      Optional<Path> cpu = firstVersion(mounts, "cpu").flatMap(own -> usable(own, name));
      return new ControlGroups(ControlGroup.Version.V1, memory, cpu);
    }
    return mounts.stream()
        .filter(Mount::unified)
        .findFirst()
        .flatMap(mount -> secondVersion(mount, name))
        .orElse(NONE);
  }

  private static Optional<Path> firstVersion(List<Mount> mounts, String controller) {
    return mounts.stream()
        .filter(mount -> mount.controllers().contains(controller))
        .findFirst()
        .map(Mount::ownGroup);
  }

  private static Optional<ControlGroups> secondVersion(Mount mount, String name) {
    Path at = mount.ownGroup();
    while (!handsOut(at, "memory") && at.startsWith(mount.point()) && at.getParent() != null) {
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

  /// Makes the home's directory in a group and tries to move a process through it.
  private static Optional<Path> usable(Path parent, String name) {
    Path base = parent.resolve(name);
    Path trial = base.resolve("trial");
    try {
      Files.createDirectories(trial);
      int status =
          new ProcessBuilder("/bin/sh", "-c", "echo $$ > \"$0\"/cgroup.procs", trial.toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor();
      Files.delete(trial);
      return status == 0 ? Optional.of(base) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
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
    List<Path> groups = new ArrayList<>(List.of(memory.get().resolve(id)));
    if (cores.isPresent() && cpu.isPresent() && !cpu.equals(memory)) {
      groups.add(cpu.get().resolve(id));
    }
    for (Path group : groups) {
      Files.createDirectories(group.getParent());
    }
    ControlGroup group = ControlGroup.create(version, List.copyOf(groups));
    group.limitMemory(memoryBytes);
    if (cpu.isPresent()) {
      group.limitCpu(cores);
    }
    return Optional.of(group);
  }

  /// Removes the groups of runs that are no more.
  void sweep(Set<String> ids) {
    for (Path base : bases()) {
      if (!Files.isDirectory(base)) {
        continue; // the former close removed it
      }
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
  }

  /// Removes the home's own directories where no run is left in them.
  void close() {
    bases().forEach(ControlGroup::remove);
  }

  private Set<Path> bases() {
    Set<Path> bases = new HashSet<>();
    memory.ifPresent(bases::add);
    cpu.ifPresent(bases::add);
    return bases;
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

  /// A mounted hierarchy, and where in it this process is.
  ///
  /// @param controllers of version 1; empty for version 2
  private record Mount(Path point, boolean unified, List<String> controllers, Path ownGroup) {

    /// Lines of `/proc/self/mountinfo`: `31 24 0:28 ROOT POINT OPTIONS … - TYPE SOURCE
    /// SUPEROPTIONS`.
    static List<Mount> all() {
      List<Mount> mounts = new ArrayList<>();
      String[] lines = Processes.read(Path.of("/proc/self/mountinfo")).orElse("").split("\n", -1);
      for (String line : lines) {
        String[] halves = line.split(" - ", 2);
        if (halves.length < 2 || !halves[1].startsWith("cgroup")) {
          continue;
        }
        String[] left = halves[0].split(" ", -1);
        String[] right = halves[1].split(" ", -1);
        boolean unified = right[0].equals("cgroup2");
        List<String> controllers = unified ? List.of() : List.of(right[2].split(",", -1));
        Path own = ownGroup(Path.of(left[4]), left[3], unified ? "" : controllers.getLast());
        mounts.add(new Mount(Path.of(left[4]), unified, controllers, own));
      }
      return mounts;
    }

    /// Lines of `/proc/self/cgroup`: `4:memory:/path`, and `0::/path` for version 2. Below a mount
    /// of a part of the hierarchy, as in a container, that part's path is left out.
    private static Path ownGroup(Path point, String root, String controller) {
      for (String line : Processes.read(Path.of("/proc/self/cgroup")).orElse("").split("\n", -1)) {
        String[] parts = line.split(":", 3);
        if (parts.length == 3 && List.of(parts[1].split(",", -1)).contains(controller)) {
          Path path = Path.of(parts[2]);
          Path inside = path.startsWith(root) ? Path.of(root).relativize(path) : Path.of("");
          return point.resolve(inside).normalize();
        }
      }
      return point;
    }
  }
}
