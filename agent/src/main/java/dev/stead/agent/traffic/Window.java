package dev.stead.agent.traffic;

import dev.stead.edge.control.TrafficReport.Latencies;
import dev.stead.sdk.Traffic.Latency;
import dev.stead.sdk.Traffic.ReleaseTraffic;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;

/// The time that somebody asks about, and what was served in it: whole stretches of the resolution
/// that is kept of it.
final class Window {
  /// As many as a line of text has room for.
  static final int POINTS_MAX = 30;

  private static final double P50 = 0.50;
  private static final double P95 = 0.95;
  private static final double P99 = 0.99;

  private final Instant begin;
  private final Instant to;
  private final Duration step;
  private final Optional<String> app;
  private final Sum sum = new Sum();
  private final Map<Release, long[]> points = new HashMap<>();

  /// @param resolution how long the stretches are that it is made of
  /// @param app only this one
  Window(Instant from, Instant to, Duration resolution, Optional<String> app) {
    this.begin = TrafficFiles.floor(from, resolution);
    this.to = to;
    this.app = app;
    var steps = Math.ceilDiv(length().toMillis(), resolution.toMillis());
    this.step = resolution.multipliedBy(Math.max(1, Math.ceilDiv(steps, POINTS_MAX)));
  }

  private Duration length() {
    return Duration.between(begin, to);
  }

  /// Where it begins; a stretch that begins then is part of it.
  Instant begin() {
    return begin;
  }

  void add(Stretch stretch) {
    if (stretch.from().isBefore(begin)) {
      return;
    }
    for (var each : stretch.releases()) {
      var release = Release.of(each);
      if (app.isEmpty() || app.orElseThrow().equals(release.app())) {
        sum.add(List.of(each));
        points.computeIfAbsent(release, _ -> new long[steps()])[index(stretch.from())] +=
            each.outcomes().values().stream().mapToLong(Window::count).sum();
      }
    }
  }

  private static long count(Latencies latencies) {
    var histogram = new Histogram();
    histogram.add(latencies);
    return histogram.count();
  }

  private int steps() {
    return Math.toIntExact(Math.max(1, Math.ceilDiv(length().toMillis(), step.toMillis())));
  }

  private int index(Instant at) {
    var passed = Duration.between(begin, at).dividedBy(step);
    return Math.clamp(passed, 0, steps() - 1);
  }

  /// @param counted since when there are numbers: nothing was counted before
  /// @param totals say what is under way
  dev.stead.sdk.Traffic answer(Instant counted, Totals totals) {
    var from = counted.isAfter(begin) ? counted : begin;
    var all = new TreeSet<>(sum.releases().keySet());
    totals.underWay().stream()
        .filter(release -> app.isEmpty() || app.orElseThrow().equals(release.app()))
        .forEach(all::add);
    var releases = new ArrayList<ReleaseTraffic>();
    for (var release : all) {
      releases.add(line(release, Duration.between(from, to), totals));
    }
    return new dev.stead.sdk.Traffic(from, to, step, releases);
  }

  private ReleaseTraffic line(Release release, Duration time, Totals totals) {
    var counted =
        sum.releases().getOrDefault(release, new ReleaseSum(release.app(), release.number()));
    var outcomes = new TreeMap<String, Long>();
    counted.outcomes().forEach((outcome, histogram) -> outcomes.put(outcome, histogram.count()));
    var seconds = Math.max(1, time.toMillis()) / 1_000.0;
    return new ReleaseTraffic(
        release.app(),
        release.number(),
        counted.requests(),
        counted.requests() / seconds,
        totals.inFlight(release),
        totals.streams(release),
        latency(counted.answered()),
        outcomes,
        counted.bytesIn(),
        counted.bytesOut(),
        LongStream.of(points.getOrDefault(release, new long[steps()])).boxed().toList());
  }

  private static Optional<Latency> latency(Histogram answered) {
    OptionalLong p50 = answered.quantileMicros(P50);
    return p50.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Latency(
                p50.orElseThrow(),
                answered.quantileMicros(P95).orElseThrow(),
                answered.quantileMicros(P99).orElseThrow()));
  }
}
