package dev.stead.agent.deploy;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.util.Objects;
import java.util.Optional;

/// An instance as the store knows it: what it runs and where.
///
/// @param id the supervisor's name for it, `cv-v7-web-1-x4f2`
/// @param process its process type
/// @param port where it listens; only `web` has one
@Json(naming = Naming.LowerHyphen)
record Placement(String id, int release, String process, Optional<Integer> port) {
  Placement {
    Objects.requireNonNull(id, "id is missing");
    Objects.requireNonNull(process, "process is missing");
  }

  /// The same instance on another port.
  Placement at(Optional<Integer> another) {
    return new Placement(id, release, process, another);
  }

  /// The short name that people read: `web.1`.
  String label() {
    var parts = id.split("-", -1);
    return process + "." + parts[parts.length - 2];
  }
}
