package dev.stead.edge.http;

import dev.stead.edge.routing.Drain;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What an exchange becomes after 101: bytes both ways as they are, each way ending on its own.
///
/// When its target has drained, a WebSocket's client is sent a close frame 1012 ("service
/// restart"), between two frames of the target's; any other protocol is cut.
final class Tunnel {
  private static final byte[] CLOSE_SERVICE_RESTART = {(byte) 0x88, 2, 0x03, (byte) 0xF4};
  private static final long FRAME_END_NANOS = Duration.ofSeconds(1).toNanos();

  private final Client client;
  private final Upstream upstream;
  private final float share;
  private final @Nullable WebSocketFrames frames;
  private boolean clientEnded;
  private boolean targetEnded;
  private boolean closing;
  private long closingNanos;

  Tunnel(Client client, Upstream upstream, boolean webSocket, float share) {
    this.client = client;
    this.upstream = upstream;
    this.share = share;
    this.frames = webSocket ? new WebSocketFrames() : null;
  }

  /// What the exchange is to do after an event.
  enum Next {
    GO_ON,
    /// Both ways have ended, or it was cut: close both connections.
    CLOSE,
    /// The client was sent its close frame: close the target's connection, let the client read.
    CLOSE_GENTLY
  }

  void fromClient(ByteBuf bytes) {
    if (closing) {
      bytes.release();
      return;
    }
    upstream.write(bytes);
    if (!upstream.writable()) {
      client.reading(false);
    }
  }

  Next fromTarget(ByteBuf bytes) {
    if (frames != null && closing) {
      int rest = frames.followToEnd(bytes);
      client.write(bytes.readSlice(rest).retain());
      bytes.release();
      return frames.between() ? sayClose() : Next.GO_ON;
    }
    if (frames != null) {
      frames.follow(bytes);
    }
    client.write(bytes);
    if (!client.writable()) {
      upstream.reading(false);
    }
    return Next.GO_ON;
  }

  void clientWritable() {
    upstream.reading(true);
  }

  void targetWritable() {
    client.reading(true);
  }

  Next clientEnded() {
    clientEnded = true;
    upstream.shutdownOutput();
    return targetEnded ? Next.CLOSE : Next.GO_ON;
  }

  Next targetEnded() {
    targetEnded = true;
    client.shutdownOutput();
    return clientEnded ? Next.CLOSE : Next.GO_ON;
  }

  Next sweep(long nowNanos, @Nullable Drain drain) {
    if (closing) {
      return nowNanos - closingNanos > FRAME_END_NANOS ? Next.CLOSE : Next.GO_ON;
    }
    if (drain == null || !drain.endsStream(nowNanos, share)) {
      return Next.GO_ON;
    }
    if (frames == null || targetEnded) {
      return Next.CLOSE;
    }
    closing = true;
    closingNanos = nowNanos;
    return frames.between() ? sayClose() : Next.GO_ON;
  }

  private Next sayClose() {
    client.write(Unpooled.wrappedBuffer(CLOSE_SERVICE_RESTART));
    return Next.CLOSE_GENTLY;
  }
}
