package dev.stead.agent.deploy;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;

/// A release that some visitors get beside the one that is live; part of [Live]. Of its process
/// types only `web` runs: the others have work that is done once, and go on as they are until it is
/// promoted.
///
/// @param percent how many of a hundred visitors get it
/// @param secrets as in [Live]
/// @param instances those that serve it
@Json(naming = Naming.LowerHyphen)
record Canary(
    int release, int percent, SortedMap<String, Long> secrets, List<Placement> instances) {
  static final int PERCENT_MAX = 100;

  Canary {
    Objects.requireNonNull(secrets, "secrets is missing");
    Objects.requireNonNull(instances, "instances is missing");
    instances = List.copyOf(instances);
  }

  /// The same with other instances.
  Canary on(List<Placement> others) {
    return new Canary(release, percent, secrets, others);
  }
}
