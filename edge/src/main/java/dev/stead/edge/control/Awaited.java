package dev.stead.edge.control;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.util.List;
import java.util.Objects;

/// The names of the services that are asleep and have requests waiting.
@Json(naming = Naming.LowerHyphen)
public record Awaited(List<String> services) {
  public Awaited {
    Objects.requireNonNull(services, "services is missing");
    services = List.copyOf(services);
  }
}
