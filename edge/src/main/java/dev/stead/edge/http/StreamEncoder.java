package dev.stead.edge.http;

import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;

/// The outbound half of Netty's codec: answers become frames. Requests are read by [StreamHead].
final class StreamEncoder extends Http2StreamFrameToHttpObjectCodec {
  StreamEncoder() {
    super(true);
  }

  @Override
  public boolean acceptInboundMessage(Object message) {
    return false;
  }
}
