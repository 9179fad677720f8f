package dev.stead.edge.control;

/// The buckets that latencies are counted in, the same for edge and agent.
///
/// Log-linear: the first 8 are 16 µs wide, and from 128 µs on each doubling is divided into 8. So
/// the middle of a bucket is at most 6.25 % from whatever was counted in it, and at most 8 µs below
/// 128 µs. What takes longer than [#upperMicros] of the last one, about 36 minutes, is counted
/// there.
///
/// | bucket | from | to |
/// | --- | --- | --- |
/// | 0 | 0 µs | 16 µs |
/// | 7 | 112 µs | 128 µs |
/// | 8 | 128 µs | 144 µs |
/// | 16 | 256 µs | 288 µs |
/// | 199 | 2,013 s | 2,147 s |
public final class LatencyScale {
  public static final int BUCKETS = 200;

  /// Buckets of one doubling; at each multiple of it a power of two begins.
  public static final int BUCKETS_PER_DOUBLING = 8;

  private static final int UNIT_MICROS = 16;
  private static final int NANOS_PER_MICRO = 1_000;

  private LatencyScale() {}

  public static int bucket(long nanos) {
    long units = Math.max(0, nanos) / NANOS_PER_MICRO / UNIT_MICROS;
    if (units < BUCKETS_PER_DOUBLING) {
      return (int) units;
    }
    int doubling = Long.SIZE - Long.numberOfLeadingZeros(units / BUCKETS_PER_DOUBLING) - 1;
    long bucket = (long) doubling * BUCKETS_PER_DOUBLING + (units >>> doubling);
    return (int) Math.min(bucket, BUCKETS - 1);
  }

  /// Where a bucket begins; it belongs to it.
  public static long lowerMicros(int bucket) {
    if (bucket < BUCKETS_PER_DOUBLING) {
      return (long) bucket * UNIT_MICROS;
    }
    int doubling = bucket / BUCKETS_PER_DOUBLING - 1;
    long units = (long) bucket % BUCKETS_PER_DOUBLING + BUCKETS_PER_DOUBLING;
    return (units << doubling) * UNIT_MICROS;
  }

  /// Where a bucket ends; it belongs to the next.
  public static long upperMicros(int bucket) {
    return lowerMicros(bucket + 1);
  }
}
