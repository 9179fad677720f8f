package dev.stead.sdk;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;

/// `GET /v1/traffic?since` and `GET /v1/apps/APP/traffic?since`: what the edge served in a time,
/// for each release that had anything.
///
/// @param from where the time begins: what was asked for, or when counting began
/// @param step how long each of the `points` is
@Json(naming = Naming.LowerHyphen)
public record Traffic(Instant from, Instant to, Duration step, List<ReleaseTraffic> releases) {
  /// How far back can be asked for.
  public static final Duration SINCE_MAX = Duration.ofDays(14);

  /// The `app` of what reached none: unknown hosts, and what is no valid request.
  public static final String NOBODY = "-";

  public Traffic {
    Objects.requireNonNull(from, "from is missing");
    Objects.requireNonNull(to, "to is missing");
    Objects.requireNonNull(step, "step is missing");
    Objects.requireNonNull(releases, "releases is missing");
  }

  /// The same of these releases alone.
  public Traffic with(List<ReleaseTraffic> some) {
    return new Traffic(from, to, step, some);
  }

  /// One release of an app.
  ///
  /// @param requests how many ended, a WebSocket or event stream with its head
  /// @param perSecond the same a second, over the whole time
  /// @param inFlight under way now, without streams
  /// @param streams WebSockets and event streams that are open now
  /// @param latency empty where nothing was answered
  /// @param outcomes how many ended how: `1xx` … `5xx` by their status (cut short by app or edge:
  ///   `5xx`), `aborted` by clients that went away; what never happened is left out
  /// @param bytesIn of requests' bodies, and of tunnels
  /// @param bytesOut of answers' bodies, and of tunnels
  /// @param points the requests of each step, from the beginning
  @Json(naming = Naming.LowerHyphen)
  public record ReleaseTraffic(
      String app,
      int release,
      long requests,
      double perSecond,
      int inFlight,
      int streams,
      Optional<Latency> latency,
      SortedMap<String, Long> outcomes,
      long bytesIn,
      long bytesOut,
      List<Long> points) {
    public ReleaseTraffic {
      Objects.requireNonNull(app, "app is missing");
      Objects.requireNonNull(outcomes, "outcomes is missing");
      Objects.requireNonNull(points, "points is missing");
    }

    /// How many ended so.
    public long ended(String outcome) {
      return outcomes.getOrDefault(outcome, 0L);
    }
  }

  /// What half, 95 % and 99 % of what was answered took at most, from the request's head to the end
  /// of the answer or the head of a stream; at most 6.25 % off.
  @Json(naming = Naming.LowerHyphen)
  public record Latency(long p50Micros, long p95Micros, long p99Micros) {}
}
