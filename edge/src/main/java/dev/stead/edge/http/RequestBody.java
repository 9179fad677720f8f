package dev.stead.edge.http;

import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

/// What has come of a request's body: how much, how fast, and whether that was all. The end of a
/// request without body counts as one, too.
final class RequestBody {
  private final Inbound inbound;
  private final @Nullable BodyPace pace;
  private long bytes;
  private long bytesMax = Long.MAX_VALUE;
  private boolean ended;

  RequestBody(Inbound inbound, Worker worker) {
    this.inbound = inbound;
    this.pace = inbound.hasBody() ? new BodyPace(worker.bodyRateMin(), worker.nanos()) : null;
  }

  void add(HttpContent piece) {
    bytes += piece.content().readableBytes();
    ended |= piece instanceof LastHttpContent;
  }

  boolean ended() {
    return ended;
  }

  /// Whether nothing of it has come, not even its end.
  boolean unbegun() {
    return bytes == 0 && !ended;
  }

  void limit(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  /// Whether it is larger than it may be, or says that it will be.
  boolean tooLarge() {
    return Math.max(inbound.bodyLength(), bytes) > bytesMax;
  }

  Refusal asTooLarge() {
    return new Refusal(
        EdgeError.BODY_TOO_LARGE, "The body is larger than %d bytes.".formatted(bytesMax));
  }

  /// Asked in every sweep.
  ///
  /// @param clientsTurn whether nothing but more of it is waited for
  boolean tooSlow(long nowNanos, boolean clientsTurn) {
    return pace != null && pace.tooSlow(nowNanos, bytes, clientsTurn);
  }
}
