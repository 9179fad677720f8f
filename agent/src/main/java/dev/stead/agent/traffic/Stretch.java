package dev.stead.agent.traffic;

import dev.stead.edge.control.TrafficReport.ReleaseTraffic;
import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/// What was served in a stretch of time.
///
/// @param releases what was counted in it; in flight and streams are the most that were seen at
///   once
@Json(naming = Naming.LowerHyphen)
public record Stretch(Instant from, List<ReleaseTraffic> releases) {
  public Stretch {
    Objects.requireNonNull(from, "from is missing");
    Objects.requireNonNull(releases, "releases is missing");
    releases = List.copyOf(releases);
  }
}
