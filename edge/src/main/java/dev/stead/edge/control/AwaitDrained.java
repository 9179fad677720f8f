package dev.stead.edge.control;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.util.List;
import java.util.Objects;

/// Asks to be answered when these targets have drained.
@Json(naming = Naming.LowerHyphen)
public record AwaitDrained(List<String> targets) {
  public AwaitDrained {
    Objects.requireNonNull(targets, "targets is missing");
    targets = List.copyOf(targets);
  }
}
