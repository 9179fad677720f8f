package dev.stead.rig.bench.edge;

import java.util.Arrays;

/// What a load generator has seen.
///
/// @param requests answered as they should be
/// @param failed answered otherwise, or not at all
record Load(long requests, long failed, double medianMillis, double p99Millis) {
  /// @param millis of each request, in any order
  static Load of(long requests, long failed, double[] millis) {
    var sorted = millis.clone();
    Arrays.sort(sorted);
    return new Load(requests, failed, at(sorted, 0.5), at(sorted, 0.99));
  }

  private static double at(double[] sorted, double share) {
    return sorted.length == 0 ? 0 : sorted[(int) (share * (sorted.length - 1))];
  }
}
