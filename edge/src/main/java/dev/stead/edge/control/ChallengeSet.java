package dev.stead.edge.control;

import java.util.List;

/// Every answer to a CA's questions that the edge is to give now. Pushed whole, replaced
/// atomically, kept in memory alone: an order that outlives the edge pushes them again.
public record ChallengeSet(List<HttpChallenge> http, List<AlpnChallenge> alpn) {
  public ChallengeSet {
    http = List.copyOf(http);
    alpn = List.copyOf(alpn);
  }
}
