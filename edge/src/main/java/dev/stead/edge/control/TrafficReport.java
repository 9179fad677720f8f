package dev.stead.edge.control;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/// What an edge has counted since it started. Its numbers only grow, but for what is in flight; a
/// release that has left the table is left out ten minutes after its last exchange.
///
/// @param edge which edge says so: another one, also after a restart, has another name and begins
///   at zero
@Json(naming = Naming.LowerHyphen)
public record TrafficReport(String edge, List<ReleaseTraffic> releases) {
  public TrafficReport {
    Objects.requireNonNull(edge, "edge is missing");
    Objects.requireNonNull(releases, "releases is missing");
    releases = List.copyOf(releases);
  }

  /// One release of a service. What no service was found for, and what was refused before anybody
  /// looked for one, stands under [#NOBODY].
  ///
  /// @param service the service's name
  /// @param inFlight exchanges under way, without streams
  /// @param streams WebSockets and event streams that are open
  /// @param bytesIn of requests' bodies, and of tunnels
  /// @param bytesOut of answers' bodies, and of tunnels
  /// @param outcomes by [Outcome#label]; a stream is counted once, with its head
  @Json(naming = Naming.LowerHyphen)
  public record ReleaseTraffic(
      String service,
      int release,
      int inFlight,
      int streams,
      long bytesIn,
      long bytesOut,
      SortedMap<String, Latencies> outcomes) {
    public static final String NOBODY = "";

    public ReleaseTraffic {
      Objects.requireNonNull(service, "service is missing");
      Objects.requireNonNull(outcomes, "outcomes is missing");
      outcomes = new TreeMap<>(outcomes);
    }
  }

  /// How long exchanges took, from the request's head to the last byte of the answer, or to the
  /// head of a stream.
  ///
  /// @param counts pairs of a bucket of [LatencyScale] and how many it has, in order, those that
  ///   have none left out: `[12, 3, 15, 1]` are four exchanges
  @Json(naming = Naming.LowerHyphen)
  public record Latencies(long sumMicros, List<Long> counts) {
    public Latencies {
      Objects.requireNonNull(counts, "counts is missing");
      if (counts.size() % 2 != 0) {
        throw new IllegalArgumentException("counts must be pairs");
      }
      counts = List.copyOf(counts);
    }
  }
}
