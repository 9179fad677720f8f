package dev.stead.agent.deploy;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;

/// What serves of an app; the value of `apps/APP/live`. Changed by switches only.
///
/// @param previous the release that was live before this one
/// @param stopped by `stead stop`; stays so until `stead start` or a deploy
/// @param scale how many instances of each process type run while it is not stopped
/// @param secrets the store's revision of each secret's value that the instances have
/// @param instances those that serve; none while stopped
@Json(naming = Naming.LowerHyphen)
record Live(
    int release,
    Optional<Integer> previous,
    boolean stopped,
    SortedMap<String, Integer> scale,
    SortedMap<String, Long> secrets,
    List<Placement> instances) {
  Live {
    Objects.requireNonNull(scale, "scale is missing");
    Objects.requireNonNull(secrets, "secrets is missing");
    Objects.requireNonNull(instances, "instances is missing");
    instances = List.copyOf(instances);
  }
}
