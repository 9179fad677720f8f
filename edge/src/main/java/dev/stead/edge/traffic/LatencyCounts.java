package dev.stead.edge.traffic;

import dev.stead.edge.control.LatencyScale;
import dev.stead.edge.control.TrafficReport.Latencies;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// How many exchanges took how long: 1.6 KiB, whatever comes.
final class LatencyCounts {
  private final long[] counts = new long[LatencyScale.BUCKETS];
  private long sumMicros;

  void add(long nanos) {
    counts[LatencyScale.bucket(nanos)]++;
    sumMicros += TimeUnit.NANOSECONDS.toMicros(nanos);
  }

  void addAll(LatencyCounts more) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += more.counts[i];
    }
    sumMicros += more.sumMicros;
  }

  Latencies report() {
    List<Long> pairs = new ArrayList<>();
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0) {
        pairs.add((long) i);
        pairs.add(counts[i]);
      }
    }
    return new Latencies(sumMicros, pairs);
  }
}
