package dev.stead.edge.control;

import java.util.List;

/// Everything that the edge serves. Pushed whole, kept on disk, replaced atomically.
///
/// @param generation rises with every push; an older one than the one in force is refused
/// @param bootId the machine's boot id when the targets were started: after a reboot no target of a
///   kept table is trusted, since its port may belong to a stranger
public record RoutingTable(long generation, String bootId, List<Service> services) {
  public RoutingTable {
    services = List.copyOf(services);
  }
}
