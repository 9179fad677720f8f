package dev.stead.edge.routing;

import dev.stead.edge.control.Service.Limits;
import java.time.Duration;

/// The budgets of what is in flight on a target that left the table, on the monotonic clock.
///
/// Plain requests may run until `requestsEndNanos`. Streams (WebSockets, other upgrades, event
/// streams) may run until `streamsEndNanos`, and are then ended spread over `spreadNanos`, so that
/// their clients do not all come back at once. This is the one place that says when a drain cuts.
public record Drain(long requestsEndNanos, long streamsEndNanos, long spreadNanos) {
  private static final long SPREAD_MAX_NANOS = Duration.ofSeconds(5).toNanos();
  private static final int SPREAD_SHARE = 10;

  public static Drain begin(Limits limits, long nowNanos) {
    long streams = limits.drainStreams().toNanos();
    return new Drain(
        nowNanos + limits.drain().toNanos(),
        nowNanos + streams,
        Math.min(streams / SPREAD_SHARE, SPREAD_MAX_NANOS));
  }

  /// Whether a plain request has used up its budget.
  public boolean endsRequest(long nowNanos) {
    return nowNanos - requestsEndNanos >= 0;
  }

  /// Whether a stream has used up its budget.
  ///
  /// @param share the stream's own place in the spread, from 0 to 1
  public boolean endsStream(long nowNanos, float share) {
    return nowNanos - (streamsEndNanos + (long) (spreadNanos * share)) >= 0;
  }
}
