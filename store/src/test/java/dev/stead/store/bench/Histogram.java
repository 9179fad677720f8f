package dev.stead.store.bench;

/// Times, counted in buckets that are a sixteenth of their value wide.
final class Histogram {
  private static final int STEPS_BITS = 4;
  private static final int STEPS = 1 << STEPS_BITS;

  private final long[] counts = new long[Long.SIZE * STEPS];
  private long total;

  void add(long nanos) {
    counts[bucket(nanos)]++;
    total++;
  }

  void add(Histogram other) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += other.counts[i];
    }
    total += other.total;
  }

  long total() {
    return total;
  }

  /// The time in nanoseconds that this share of all stays within.
  long quantile(double share) {
    long left = Math.round(total * share);
    int bucket = 0;
    while (bucket < counts.length - 1 && left > counts[bucket]) {
      left -= counts[bucket++];
    }
    return upperBound(bucket);
  }

  private static int bucket(long nanos) {
    if (nanos < STEPS) {
      return (int) Math.max(0, nanos);
    }
    int shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos) - STEPS_BITS;
    return (shift + 1) * STEPS + (int) (nanos >>> shift) - STEPS;
  }

  private static long upperBound(int bucket) {
    if (bucket < STEPS) {
      return bucket;
    }
    int shift = bucket / STEPS - 1;
    return ((long) (bucket % STEPS + STEPS + 1) << shift) - 1;
  }
}
