package dev.stead.agent.traffic;

import dev.stead.edge.control.LatencyScale;
import dev.stead.edge.control.TrafficReport.Latencies;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// How many exchanges took how long, on the edge's [LatencyScale].
final class Histogram {
  private final long[] counts = new long[LatencyScale.BUCKETS];
  private long sumMicros;

  void add(Latencies more) {
    add(more, 1);
  }

  void subtract(Latencies less) {
    add(less, -1);
  }

  private void add(Latencies some, int times) {
    List<Long> pairs = some.counts();
    for (var i = 0; i < pairs.size(); i += 2) {
      var bucket = Math.clamp(pairs.get(i), 0, LatencyScale.BUCKETS - 1);
      counts[bucket] += times * pairs.get(i + 1);
    }
    sumMicros += times * some.sumMicros();
  }

  void add(Histogram more) {
    for (var i = 0; i < counts.length; i++) {
      counts[i] += more.counts[i];
    }
    sumMicros += more.sumMicros;
  }

  long count() {
    return countBelow(LatencyScale.BUCKETS);
  }

  /// How many lie in the buckets before this one.
  long countBelow(int bucket) {
    var sum = 0L;
    for (var i = 0; i < bucket; i++) {
      sum += counts[i];
    }
    return sum;
  }

  long sumMicros() {
    return sumMicros;
  }

  /// What a share of all exchanges took at most: the middle of the bucket that it is reached in.
  /// Empty when there are none.
  OptionalLong quantileMicros(double share) {
    var wanted = Math.max(1, (long) Math.ceil(share * count()));
    var passed = 0L;
    for (var i = 0; i < counts.length; i++) {
      passed += counts[i];
      if (passed >= wanted) {
        return OptionalLong.of((LatencyScale.lowerMicros(i) + LatencyScale.upperMicros(i)) / 2);
      }
    }
    return OptionalLong.empty();
  }

  Latencies latencies() {
    var pairs = new ArrayList<Long>();
    for (var i = 0; i < counts.length; i++) {
      if (counts[i] != 0) {
        pairs.add((long) i);
        pairs.add(counts[i]);
      }
    }
    return new Latencies(sumMicros, pairs);
  }
}
