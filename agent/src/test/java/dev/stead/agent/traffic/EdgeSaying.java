package dev.stead.agent.traffic;

import dev.stead.edge.control.LatencyScale;
import dev.stead.edge.control.TrafficReport;
import dev.stead.edge.control.TrafficReport.Latencies;
import dev.stead.edge.control.TrafficReport.ReleaseTraffic;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;

/// What an edge says that has counted this and that since it began.
final class EdgeSaying {
  private final String name;
  private final TreeMap<Release, ReleaseTraffic> releases = new TreeMap<>();

  EdgeSaying(String name) {
    this.name = name;
  }

  /// Counts more answers of a release that took so long.
  EdgeSaying serves(String app, int release, String outcome, long times, Duration took) {
    var key = new Release(app, release);
    var before =
        releases.getOrDefault(key, new ReleaseTraffic(app, release, 0, 0, 0, 0, new TreeMap<>()));
    var histogram = new Histogram();
    var past = before.outcomes().get(outcome);
    if (past != null) {
      histogram.add(past);
    }
    var bucket = (long) LatencyScale.bucket(took.toNanos());
    histogram.add(new Latencies(times * took.toNanos() / 1_000, List.of(bucket, times)));
    var outcomes = new TreeMap<>(before.outcomes());
    outcomes.put(outcome, histogram.latencies());
    releases.put(
        key,
        new ReleaseTraffic(
            app,
            release,
            before.inFlight(),
            before.streams(),
            before.bytesIn() + times,
            before.bytesOut() + 100 * times,
            outcomes));
    return this;
  }

  EdgeSaying serves(String app, int release, long times) {
    return serves(app, release, "2xx", times, Duration.ofMillis(5));
  }

  /// Has this under way now.
  EdgeSaying hasOpen(String app, int release, int inFlight, int streams) {
    releases.computeIfPresent(
        new Release(app, release),
        (_, was) ->
            new ReleaseTraffic(
                app, release, inFlight, streams, was.bytesIn(), was.bytesOut(), was.outcomes()));
    return this;
  }

  /// Forgets a release, as an edge does some time after that has drained.
  EdgeSaying forgets(String app, int release) {
    releases.remove(new Release(app, release));
    return this;
  }

  TrafficReport report() {
    return new TrafficReport(name, List.copyOf(releases.values()));
  }
}
