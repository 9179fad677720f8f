package dev.stead.agent.traffic;

import dev.stead.edge.control.LatencyScale;
import dev.stead.edge.control.TrafficReport;
import dev.stead.edge.control.TrafficReport.ReleaseTraffic;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// What was counted since this agent began, release by release, and what is under way now. A
/// release that no edge has spoken of for [#KEPT] is left out.
final class Totals {
  static final Duration KEPT = Duration.ofMinutes(15);

  /// Prometheus' buckets are ours taken together: one for each doubling from 128 µs to 67 s.
  private static final int DOUBLINGS = 20;

  private static final int MICRO_DIGITS = 6;

  private final SortedMap<Release, Total> releases = new TreeMap<>();

  private static final class Total {
    final ReleaseSum sum;
    int inFlight;
    int streams;
    Instant seen;

    Total(ReleaseTraffic of, Instant now) {
      sum = new ReleaseSum(of.service(), of.release());
      seen = now;
    }
  }

  /// Adds what was counted since the reports before these.
  void add(Collection<ReleaseTraffic> more, Collection<TrafficReport> reports, Instant now) {
    releases
        .values()
        .forEach(
            total -> {
              total.inFlight = 0;
              total.streams = 0;
            });
    more.forEach(each -> of(each, now).sum.add(each));
    for (var report : reports) {
      for (var each : report.releases()) {
        var total = of(each, now);
        total.inFlight += each.inFlight();
        total.streams += each.streams();
      }
    }
    releases.values().removeIf(total -> total.seen.plus(KEPT).isBefore(now));
  }

  private Total of(ReleaseTraffic traffic, Instant now) {
    var total = releases.computeIfAbsent(Release.of(traffic), _ -> new Total(traffic, now));
    total.seen = now;
    return total;
  }

  /// Those that have something under way.
  List<Release> underWay() {
    return releases.entrySet().stream()
        .filter(each -> each.getValue().inFlight + each.getValue().streams > 0)
        .map(Map.Entry::getKey)
        .toList();
  }

  int inFlight(Release release) {
    var total = releases.get(release);
    return total == null ? 0 : total.inFlight;
  }

  int streams(Release release) {
    var total = releases.get(release);
    return total == null ? 0 : total.streams;
  }

  /// All of it for Prometheus.
  void expose(PrometheusText text) {
    text.family("stead_requests_total", "counter", "Exchanges that ended, by how they did.");
    each(
        (labels, total) ->
            total
                .sum
                .outcomes()
                .forEach(
                    (outcome, histogram) ->
                        text.sample(
                            "stead_requests_total",
                            labels.and("outcome", outcome),
                            histogram.count())));
    text.family(
        "stead_request_duration_seconds",
        "histogram",
        "From a request's head to the end of its answer, or to the head of a stream.");
    each(
        (labels, total) ->
            total
                .sum
                .outcomes()
                .forEach(
                    (outcome, histogram) ->
                        durations(text, labels.and("outcome", outcome), histogram)));
    text.family("stead_requests_in_flight", "gauge", "Exchanges under way, without streams.");
    each((labels, total) -> text.sample("stead_requests_in_flight", labels, total.inFlight));
    text.family("stead_streams_open", "gauge", "WebSockets and event streams that are open.");
    each((labels, total) -> text.sample("stead_streams_open", labels, total.streams));
    text.family("stead_received_bytes_total", "counter", "Of requests' bodies, and of tunnels.");
    each((labels, total) -> text.sample("stead_received_bytes_total", labels, total.sum.bytesIn()));
    text.family("stead_sent_bytes_total", "counter", "Of answers' bodies, and of tunnels.");
    each((labels, total) -> text.sample("stead_sent_bytes_total", labels, total.sum.bytesOut()));
  }

  private interface Line {
    void write(PrometheusText.Labels labels, Total total);
  }

  private void each(Line line) {
    releases.forEach(
        (release, total) ->
            line.write(
                PrometheusText.Labels.of("app", release.app())
                    .and("release", Integer.toString(release.number())),
                total));
  }

  private static void durations(
      PrometheusText text, PrometheusText.Labels labels, Histogram histogram) {
    for (var i = 1; i <= DOUBLINGS; i++) {
      var bucket = i * LatencyScale.BUCKETS_PER_DOUBLING;
      text.sample(
          "stead_request_duration_seconds_bucket",
          labels.and("le", seconds(LatencyScale.lowerMicros(bucket))),
          histogram.countBelow(bucket));
    }
    text.sample(
        "stead_request_duration_seconds_bucket", labels.and("le", "+Inf"), histogram.count());
    text.sample("stead_request_duration_seconds_sum", labels, seconds(histogram.sumMicros()));
    text.sample("stead_request_duration_seconds_count", labels, histogram.count());
  }

  private static String seconds(long micros) {
    return BigDecimal.valueOf(micros, MICRO_DIGITS).stripTrailingZeros().toPlainString();
  }
}
