package dev.stead.edge.control;

import java.util.List;

/// How the edge is.
///
/// @param generation of the table in force, 0 when there is none
/// @param certificatesGeneration of the certificates in force, 0 when there are none
/// @param httpPort where it listens
/// @param httpsPort where it listens with TLS, 0 when it does not
public record EdgeReport(
    String version,
    long generation,
    long certificatesGeneration,
    int httpPort,
    int httpsPort,
    List<TargetReport> targets) {
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
