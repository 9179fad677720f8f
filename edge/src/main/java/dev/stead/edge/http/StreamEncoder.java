package dev.stead.edge.http;

import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;

/// The outbound half of Netty's codec: answers, or requests to targets, become frames. What comes
/// in is read by [StreamHead].
final class StreamEncoder extends Http2StreamFrameToHttpObjectCodec {
  /// @param answers whether it writes answers rather than requests
  StreamEncoder(boolean answers) {
    super(answers);
  }

  @Override
  public boolean acceptInboundMessage(Object message) {
    return false;
  }
}
