package dev.stead.edge.http;

import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;

/// The outbound half of Netty's codec: answers, or requests to targets, become frames. What comes
/// in is read by [StreamHead].
final class StreamEncoder extends Http2StreamFrameToHttpObjectCodec {
  /// That of all streams which clients begin.
  static final StreamEncoder ANSWERS = new StreamEncoder(true);

  /// That of all streams to targets.
  static final StreamEncoder REQUESTS = new StreamEncoder(false);

  /// @param answers whether it writes answers rather than requests
  private StreamEncoder(boolean answers) {
    super(answers);
  }

  @Override
  public boolean acceptInboundMessage(Object message) {
    return false;
  }
}
