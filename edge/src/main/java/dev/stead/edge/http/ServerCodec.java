package dev.stead.edge.http;

import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;

/// Builds Netty's codec for clients' connections of HTTP/2 with what is cheaper for each stream
/// than Netty's own choice.
///
/// Streams with something to say take turns. Netty would weigh them by priorities, which RFC 9113
/// 5.3 has done away with, at the cost of a tree that each stream joins and leaves. And a request's
/// id is never put into the table of HPACK (RFC 7541 6.2.3): no other answer has it, and it drives
/// out what they do have in common.
final class ServerCodec extends Http2FrameCodecBuilder {
  ServerCodec() {
    gracefulShutdownTimeoutMillis(0);
    headerSensitivityDetector(
        (name, value) -> ForwardedHeaders.REQUEST_ID.contentEqualsIgnoreCase(name));
  }

  @Override
  public Http2FrameCodec build() {
    var connection = new DefaultHttp2Connection(true);
    connection
        .remote()
        .flowController(
            new DefaultHttp2RemoteFlowController(
                connection, new UniformStreamByteDistributor(connection)));
    connection(connection);
    return super.build();
  }
}
