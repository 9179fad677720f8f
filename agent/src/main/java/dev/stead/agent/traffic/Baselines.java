package dev.stead.agent.traffic;

import dev.stead.edge.control.TrafficReport;
import dev.stead.edge.control.TrafficReport.Latencies;
import dev.stead.edge.control.TrafficReport.ReleaseTraffic;
import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What each edge had counted when it was read last: what it counted since is the difference. An
/// edge that starts anew has another name and begins at zero, so nothing is lost or counted twice
/// while one takes over from another, nor while no agent was there.
final class Baselines {
  /// A third edge would have to take over before the first has gone; the oldest are forgotten.
  static final int EDGES_MAX = 8;

  /// By the edge's name, the one read last at the end.
  private final SequencedMap<String, TrafficReport> last = new LinkedHashMap<>();

  /// `traffic/baselines.json`
  @Json(naming = Naming.LowerHyphen)
  record Kept(List<TrafficReport> edges) {
    Kept {
      Objects.requireNonNull(edges, "edges is missing");
    }
  }

  static Baselines of(Kept kept) {
    var baselines = new Baselines();
    kept.edges().forEach(report -> baselines.last.putLast(report.edge(), report));
    return baselines;
  }

  Kept kept() {
    return new Kept(List.copyOf(last.values()));
  }

  /// What was counted since the edge's former report, release by release, where that is anything or
  /// something is under way. The report is the baseline of the next.
  List<ReleaseTraffic> advance(TrafficReport report) {
    var before = last.get(report.edge());
    last.putLast(report.edge(), report);
    while (last.size() > EDGES_MAX) {
      last.pollFirstEntry();
    }
    var since = new ArrayList<ReleaseTraffic>();
    for (var now : report.releases()) {
      var more = difference(now, before == null ? null : find(before, now));
      if (!more.outcomes().isEmpty()
          || more.bytesIn() + more.bytesOut() + more.inFlight() + more.streams() > 0) {
        since.add(more);
      }
    }
    return since;
  }

  private static @Nullable ReleaseTraffic find(TrafficReport report, ReleaseTraffic like) {
    for (var each : report.releases()) {
      if (each.release() == like.release() && each.service().equals(like.service())) {
        return continues(each, like) ? each : null;
      }
    }
    return null;
  }

  /// Whether these numbers have grown out of those: an edge that was not read for long may have
  /// forgotten a release and begun it anew.
  private static boolean continues(ReleaseTraffic before, ReleaseTraffic now) {
    return now.bytesIn() >= before.bytesIn()
        && now.bytesOut() >= before.bytesOut()
        && before.outcomes().entrySet().stream()
            .allMatch(
                each -> {
                  var grown = now.outcomes().get(each.getKey());
                  return grown != null && grown.sumMicros() >= each.getValue().sumMicros();
                });
  }

  private static ReleaseTraffic difference(ReleaseTraffic now, @Nullable ReleaseTraffic before) {
    var outcomes = new TreeMap<String, Latencies>();
    now.outcomes()
        .forEach(
            (outcome, latencies) -> {
              var more = new Histogram();
              more.add(latencies);
              var past = before == null ? null : before.outcomes().get(outcome);
              if (past != null) {
                more.subtract(past);
              }
              if (more.count() > 0) {
                outcomes.put(outcome, more.latencies());
              }
            });
    return new ReleaseTraffic(
        now.service(),
        now.release(),
        now.inFlight(),
        now.streams(),
        now.bytesIn() - (before == null ? 0 : before.bytesIn()),
        now.bytesOut() - (before == null ? 0 : before.bytesOut()),
        outcomes);
  }
}
