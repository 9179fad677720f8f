package dev.stead.rig.bench.edge;

import java.util.List;
import java.util.function.ToDoubleFunction;

/// What one proxy did under one load.
///
/// @param perCpuSecond requests for each second of its processor time
/// @param perSecond requests for each second of the clock
record Figure(
    double perCpuSecond, double perSecond, double medianMillis, double p99Millis, long failed) {
  static Figure of(Load load, double cpuSeconds, double seconds) {
    return new Figure(
        (double) load.requests() / cpuSeconds,
        (double) load.requests() / seconds,
        load.medianMillis(),
        load.p99Millis(),
        load.failed());
  }

  /// Each number's own median, and all that failed.
  static Figure median(List<Figure> rounds) {
    return new Figure(
        median(rounds, Figure::perCpuSecond),
        median(rounds, Figure::perSecond),
        median(rounds, Figure::medianMillis),
        median(rounds, Figure::p99Millis),
        rounds.stream().mapToLong(Figure::failed).sum());
  }

  private static double median(List<Figure> rounds, ToDoubleFunction<Figure> number) {
    var sorted = rounds.stream().mapToDouble(number).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  @Override
  public String toString() {
    return "%,8.0f per CPU-second (%,7.0f/s, p50 %.1f ms, p99 %.1f ms%s)"
        .formatted(
            perCpuSecond,
            perSecond,
            medianMillis,
            p99Millis,
            failed == 0 ? "" : ", " + failed + " FAILED");
  }
}
