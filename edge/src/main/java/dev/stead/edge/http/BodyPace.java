package dev.stead.edge.http;

import java.time.Duration;

/// Whether a request's body comes fast enough. Looked at over stretches of [#STRETCH_NANOS] in
/// which it was the client's turn to send; the time that a target takes to read does not count.
///
/// A body that trickles holds a connection and a place in the app for as long as it likes, though
/// it is never idle.
final class BodyPace {
  private static final long STRETCH_NANOS = Duration.ofMinutes(1).toNanos();
  private static final long STRETCH_SECONDS = Duration.ofNanos(STRETCH_NANOS).toSeconds();

  private final long stretchBytesMin;
  private long lookedNanos;
  private long waitedNanos;
  private long bytesBefore;

  BodyPace(long bodyRateMin, long nowNanos) {
    this.stretchBytesMin = Math.multiplyExact(bodyRateMin, STRETCH_SECONDS);
    this.lookedNanos = nowNanos;
  }

  /// Asked in every sweep.
  ///
  /// @param bodyBytes what has come of the body so far
  /// @param clientsTurn whether nothing but the client was waited for since the last look
  boolean tooSlow(long nowNanos, long bodyBytes, boolean clientsTurn) {
    // Two looks in a row are a tenth of a second apart, so one turn is as good as the other.
    if (clientsTurn) {
      waitedNanos += nowNanos - lookedNanos;
    }
    lookedNanos = nowNanos;
    if (waitedNanos < STRETCH_NANOS) {
      return false;
    }
    boolean slow = bodyBytes - bytesBefore < stretchBytesMin;
    waitedNanos = 0;
    bytesBefore = bodyBytes;
    return slow;
  }
}
