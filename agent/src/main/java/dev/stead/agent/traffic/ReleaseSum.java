package dev.stead.agent.traffic;

import dev.stead.edge.control.Outcome;
import dev.stead.edge.control.TrafficReport.Latencies;
import dev.stead.edge.control.TrafficReport.ReleaseTraffic;
import java.util.SortedMap;
import java.util.TreeMap;

/// The traffic of one release, summed up.
final class ReleaseSum {
  private final String service;
  private final int release;
  private final SortedMap<String, Histogram> outcomes = new TreeMap<>();
  private int inFlightMost;
  private int streamsMost;
  private long bytesIn;
  private long bytesOut;

  ReleaseSum(String service, int release) {
    this.service = service;
    this.release = release;
  }

  /// Adds what was counted; in flight and streams remain the most of all.
  void add(ReleaseTraffic more) {
    more.outcomes().forEach((outcome, latencies) -> histogram(outcome).add(latencies));
    bytesIn += more.bytesIn();
    bytesOut += more.bytesOut();
    inFlightMost = Math.max(inFlightMost, more.inFlight());
    streamsMost = Math.max(streamsMost, more.streams());
  }

  private Histogram histogram(String outcome) {
    return outcomes.computeIfAbsent(outcome, _ -> new Histogram());
  }

  SortedMap<String, Histogram> outcomes() {
    return outcomes;
  }

  long requests() {
    return outcomes.values().stream().mapToLong(Histogram::count).sum();
  }

  /// Of all that were answered: how long somebody waited who then left says nothing of the app.
  Histogram answered() {
    var all = new Histogram();
    outcomes.forEach(
        (outcome, histogram) -> {
          if (!outcome.equals(Outcome.ABORTED.label())) {
            all.add(histogram);
          }
        });
    return all;
  }

  long bytesIn() {
    return bytesIn;
  }

  long bytesOut() {
    return bytesOut;
  }

  ReleaseTraffic traffic() {
    var latencies = new TreeMap<String, Latencies>();
    outcomes.forEach((outcome, histogram) -> latencies.put(outcome, histogram.latencies()));
    return new ReleaseTraffic(
        service, release, inFlightMost, streamsMost, bytesIn, bytesOut, latencies);
  }
}
