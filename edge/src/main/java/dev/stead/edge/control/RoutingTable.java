package dev.stead.edge.control;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.util.List;
import java.util.Objects;

/// Everything that the edge serves. Pushed whole, kept on disk, replaced atomically.
///
/// @param generation rises with every push; an older one than the one in force is refused
/// @param bootId the machine's boot id when the targets were started: after a reboot no target of a
///   kept table is trusted, since its port may belong to a stranger
@Json(naming = Naming.LowerHyphen)
public record RoutingTable(long generation, String bootId, List<Service> services) {
  public RoutingTable {
    Objects.requireNonNull(bootId, "boot-id is missing");
    services = List.copyOf(services);
  }
}
