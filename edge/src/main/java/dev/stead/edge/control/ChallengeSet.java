package dev.stead.edge.control;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.util.List;
import java.util.Objects;

/// Every answer to a CA's questions that the edge is to give now. Pushed whole, replaced
/// atomically, kept in memory alone: an order that outlives the edge pushes them again.
@Json(naming = Naming.LowerHyphen)
public record ChallengeSet(List<HttpChallenge> http, List<AlpnChallenge> alpn) {
  public ChallengeSet {
    Objects.requireNonNull(http, "http is missing");
    http = List.copyOf(http);
    Objects.requireNonNull(alpn, "alpn is missing");
    alpn = List.copyOf(alpn);
  }
}
