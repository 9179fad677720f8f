package dev.stead.edge.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpStatusClass;

/// Netty's response decoder, which knows whether the request was a HEAD and remembers whether any
/// byte of the response has come: after the first, a request is never sent again.
final class ResponseDecoder extends HttpResponseDecoder {
  private boolean answersHead;
  private boolean begun;

  ResponseDecoder() {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(HeadScanner.LINE_BYTES_MAX)
            .setMaxHeaderSize(HeadScanner.HEADERS_BYTES_MAX)
            .setMaxChunkSize(64 * 1024));
  }

  void expect(boolean head) {
    answersHead = head;
    begun = false;
  }

  /// Whether bytes wait that belong to no message yet.
  boolean holdsBytes() {
    return actualReadableBytes() > 0;
  }

  boolean begun() {
    return begun;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object input) throws Exception {
    begun = true;
    super.channelRead(ctx, input);
  }

  @Override
  protected boolean isContentAlwaysEmpty(HttpMessage message) {
    boolean informational =
        ((HttpResponse) message).status().codeClass() == HttpStatusClass.INFORMATIONAL;
    return informational || answersHead || super.isContentAlwaysEmpty(message);
  }
}
