package dev.stead.edge.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/// The scale has no gap, and keeps what it states of its error.
final class LatencyScaleTest {
  private static final double ERROR_MAX = 0.0625;
  private static final long LINEAR_ERROR_MICROS = 8;

  @Test
  void theBucketsFollowEachOtherWithoutGap() {
    assertThat(LatencyScale.lowerMicros(0)).isZero();
    for (int bucket = 0; bucket < LatencyScale.BUCKETS; bucket++) {
      long first = LatencyScale.lowerMicros(bucket) * 1_000;
      long last = LatencyScale.upperMicros(bucket) * 1_000 - 1;
      assertThat(LatencyScale.bucket(first)).as("from %d ns", first).isEqualTo(bucket);
      assertThat(LatencyScale.bucket(last)).as("to %d ns", last).isEqualTo(bucket);
    }
  }

  @Test
  void theMiddleOfABucketIsNearWhatWasCounted() {
    for (long micros = 1; micros < Duration.ofMinutes(35).toSeconds() * 1_000_000; ) {
      int bucket = LatencyScale.bucket(micros * 1_000);
      double middle = (LatencyScale.lowerMicros(bucket) + LatencyScale.upperMicros(bucket)) / 2.0;
      double allowed = Math.max(LINEAR_ERROR_MICROS, micros * ERROR_MAX);
      assertThat(Math.abs(middle - micros)).as("at %d µs", micros).isLessThanOrEqualTo(allowed);
      micros += Math.max(1, micros / 97);
    }
  }

  @Test
  void whatIsOutOfBoundsIsCountedAtTheirEnds() {
    assertThat(LatencyScale.bucket(-1)).isZero();
    assertThat(LatencyScale.bucket(Long.MAX_VALUE)).isEqualTo(LatencyScale.BUCKETS - 1);
  }
}
