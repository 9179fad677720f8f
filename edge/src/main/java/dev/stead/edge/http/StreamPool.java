package dev.stead.edge.http;

import dev.stead.edge.routing.Target;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One event loop's connections to targets that speak HTTP/2, each of which serves many exchanges.
final class StreamPool {
  private final Map<Target, List<UpstreamMultiplex>> connections = new HashMap<>();

  /// A stream on a connection that has been idle for less than that; null when there is none.
  @Nullable UpstreamStream take(Target target, long nowNanos, long idleAtMostNanos) {
    for (UpstreamMultiplex each : connections.getOrDefault(target, List.of())) {
      if (each.takesMore(nowNanos, idleAtMostNanos)) {
        return each.open();
      }
    }
    return null;
  }

  /// Has the attempt wait for a connection that is being made; false when there is none.
  boolean await(Attempt attempt) {
    return connections.getOrDefault(attempt.target(), List.of()).stream()
        .anyMatch(each -> each.await(attempt));
  }

  void add(UpstreamMultiplex connection) {
    connections.computeIfAbsent(connection.target(), any -> new ArrayList<>()).add(connection);
  }

  /// Closes what has been idle for too long or leads to a target that left the table, and forgets
  /// what is over.
  void sweep(long nowNanos, long idleMaxNanos) {
    connections.forEach(
        (target, each) -> {
          long patience = target.draining() ? 0 : idleMaxNanos;
          each.removeIf(connection -> connection.sweep(nowNanos, patience));
        });
    connections.values().removeIf(List::isEmpty);
  }

  void close() {
    connections.values().forEach(each -> each.forEach(UpstreamMultiplex::close));
    connections.clear();
  }
}
