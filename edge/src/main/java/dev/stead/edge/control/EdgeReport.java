package dev.stead.edge.control;

import java.util.List;

/// How the edge is.
///
/// @param generation of the table in force, 0 when there is none
/// @param httpPort where it listens
public record EdgeReport(
    String version, long generation, int httpPort, List<TargetReport> targets) {
  public EdgeReport {
    targets = List.copyOf(targets);
  }

  /// One target, as the edge sees it.
  ///
  /// @param draining whether it left the table and still has something in flight
  /// @param healthy whether its last probe or request succeeded
  /// @param requests plain requests in flight
  /// @param streams WebSockets and event streams in flight
  public record TargetReport(
      String id, boolean draining, boolean healthy, int requests, int streams) {}
}
