package dev.stead.agent.supervisor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A mounted hierarchy, and where in it this process is.
///
/// @param controllers of version 1; empty for version 2
record Hierarchy(Path point, boolean unified, List<String> controllers, Path ownGroup) {

  /// Lines of `/proc/self/mountinfo`: `31 24 0:28 ROOT POINT OPTIONS … - TYPE SOURCE SUPEROPTIONS`.
  static List<Hierarchy> all() {
    return seenBy("self");
  }

  /// The same with another process's groups as the own ones.
  static List<Hierarchy> of(long process) {
    return seenBy(Long.toString(process));
  }

  private static List<Hierarchy> seenBy(String process) {
    List<Hierarchy> hierarchies = new ArrayList<>();
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
      Path own = ownGroup(process, Path.of(left[4]), left[3], unified ? "" : controllers.getLast());
      hierarchies.add(new Hierarchy(Path.of(left[4]), unified, controllers, own));
    }
    return hierarchies;
  }

  /// Lines of `/proc/PROCESS/cgroup`: `4:memory:/path`, and `0::/path` for version 2. Below a mount
  /// of a part of the hierarchy, as in a container, that part's path is left out.
  private static Path ownGroup(String process, Path point, String root, String controller) {
    for (String line :
        Processes.read(Path.of("/proc", process, "cgroup")).orElse("").split("\n", -1)) {
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
