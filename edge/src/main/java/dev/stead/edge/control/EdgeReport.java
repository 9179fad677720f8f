package dev.stead.edge.control;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// How the edge is.
///
/// @param generation of the table in force, 0 when there is none
/// @param certificatesGeneration of the certificates in force, 0 when there are none
/// @param httpPort where it listens
/// @param httpsPort where it listens with TLS, 0 when it does not
@Json(naming = Naming.LowerHyphen)
public record EdgeReport(
    String version,
    long generation,
    long certificatesGeneration,
    int httpPort,
    int httpsPort,
    List<TargetReport> targets) {
  public EdgeReport {
    Objects.requireNonNull(version, "version is missing");
    Objects.requireNonNull(targets, "targets is missing");
    targets = List.copyOf(targets);
  }

  /// One target, as the edge sees it.
  ///
  /// @param draining whether it left the table and still has something in flight
  /// @param healthy whether its last probe or request succeeded
  /// @param requests plain requests in flight
  /// @param streams WebSockets and event streams in flight
  /// @param idle for how long nothing has been in flight; empty while something is, and from an
  ///   edge of a version before this one
  @Json(naming = Naming.LowerHyphen)
  public record TargetReport(
      String id,
      boolean draining,
      boolean healthy,
      int requests,
      int streams,
      Optional<Duration> idle) {
    public TargetReport {
      Objects.requireNonNull(id, "id is missing");
    }
  }
}
