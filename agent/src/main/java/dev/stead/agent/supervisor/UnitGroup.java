package dev.stead.agent.supervisor;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The control group that systemd made for a unit, found through one of its processes.
final class UnitGroup {
  private static final String MEMORY = "memory";
  private static final String SYSTEMD = "name=systemd";

  private UnitGroup() {}

  /// The group of the memory controller, and that by which systemd knows the unit's processes; one
  /// and the same with version 2.
  static ControlGroup of(ProcessId process) {
    List<Hierarchy> all = Hierarchy.of(process.number());
    Optional<Path> unified =
        all.stream().filter(Hierarchy::unified).map(Hierarchy::ownGroup).findFirst();
    Path known = with(SYSTEMD, all).or(() -> unified).orElse(Path.of("/nonexistent"));
    Path memory = with(MEMORY, all).or(() -> unified).orElse(known);
    return ControlGroup.found(memory.equals(known) ? List.of(known) : List.of(memory, known));
  }

  private static Optional<Path> with(String controller, List<Hierarchy> all) {
    return all.stream()
        .filter(each -> each.controllers().contains(controller))
        .map(Hierarchy::ownGroup)
        .findFirst();
  }
}
