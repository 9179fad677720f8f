package dev.stead.edge.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpChunkedInput;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A stream of an [UpstreamMultiplex]: one exchange with a target that speaks HTTP/2.
final class UpstreamStream extends ChannelInboundHandlerAdapter implements Upstream {
  private final UpstreamMultiplex connection;
  private final boolean used;
  private final ChannelFutureListener onBegun = this::begun;
  private final ChannelFutureListener onWritten = this::written;
  private @Nullable ChannelHandlerContext own;
  private @Nullable Attempt attempt;
  private Loss loss = Loss.CLOSED;
  private boolean answerBegun;

  /// Whether the head that is not merely informational has come: what follows are trailers.
  private boolean answered;

  /// @param used whether its connection has served an exchange before
  UpstreamStream(UpstreamMultiplex connection, boolean used) {
    this.connection = connection;
    this.used = used;
  }

  private ChannelHandlerContext context() {
    return Objects.requireNonNull(own, "not in a pipeline yet");
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    own = ctx;
  }

  @Override
  public void begin(Attempt served, boolean head) {
    attempt = served;
  }

  @Override
  public boolean used() {
    return used;
  }

  @Override
  public boolean answerBegun() {
    return answerBegun;
  }

  @Override
  public boolean holdsMore() {
    return false;
  }

  /// Says nothing of HTTP/2, where a target announces that it closes (GOAWAY).
  @Override
  public void idleAtMost(long nanos) {}

  @Override
  public void write(Object message) {
    if (message instanceof HttpRequest request) {
      // Trailers are passed on to every client that can have them.
      request.headers().set(HttpHeaderNames.TE, HttpHeaderValues.TRAILERS);
      context().write(request).addListener(onBegun);
    } else if (message instanceof HttpChunkedInput body) {
      FiledBody.write(body, context(), this::moved).addListener(onWritten);
    } else {
      context().write(message).addListener(onWritten);
    }
  }

  /// A head that could not be written whole began nothing.
  private void begun(ChannelFuture done) {
    if (!done.isSuccess()) {
      loss = Loss.UNPROCESSED;
      context().close();
    }
  }

  private void moved() {
    if (attempt != null) {
      attempt.targetWritable();
    }
  }

  private void written(ChannelFuture done) {
    if (!done.isSuccess() && attempt != null) {
      attempt.targetDeaf();
    }
  }

  @Override
  public void flush() {
    context().flush();
  }

  @Override
  public boolean writable() {
    return context().channel().isWritable();
  }

  @Override
  public void reading(boolean on) {
    context().channel().config().setAutoRead(on);
  }

  @Override
  public void becomeTunnel() {
    throw new IllegalStateException("a target that speaks HTTP/2 is asked for no upgrade");
  }

  @Override
  public void shutdownOutput() {
    becomeTunnel();
  }

  @Override
  public void rest(Upstreams pool) {
    close();
  }

  /// Resets the stream unless both sides have ended.
  @Override
  public void close() {
    attempt = null;
    context().close();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    Attempt served = attempt;
    if (served == null) {
      ReferenceCountUtil.release(message);
      return;
    }
    switch (message) {
      case Http2HeadersFrame head when !answered -> head(served, head);
      case Http2HeadersFrame trailers -> trailers(served, trailers);
      case Http2DataFrame piece ->
          served.answerContent(
              piece.isEndStream()
                  ? new DefaultLastHttpContent(piece.content())
                  : new DefaultHttpContent(piece.content()));
      default -> ReferenceCountUtil.release(message);
    }
  }

  private void head(Attempt served, Http2HeadersFrame frame) {
    answerBegun = true;
    HttpResponseStatus status = StreamHead.status(frame.headers());
    HttpHeaders headers =
        DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
    Refusal refusal = StreamHead.copy(frame.headers(), headers);
    if (status == null || refusal != null) {
      served.answerMalformed(
          refusal == null ? "it has no :status from 100 to 599" : refusal.cause());
      return;
    }
    boolean informational = status.codeClass() == HttpStatusClass.INFORMATIONAL;
    if (informational && frame.isEndStream()) {
      served.answerMalformed("it ends with a head that another has to follow");
      return;
    }
    answered = !informational;
    served.answerHead(response(status, headers, frame.isEndStream()));
    if (informational) {
      served.informationalEnded();
    }
  }

  /// An answer that ends with its head is whole: gRPC tells failures so.
  private static HttpResponse response(
      HttpResponseStatus status, HttpHeaders headers, boolean ended) {
    return ended
        ? new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, status, Unpooled.EMPTY_BUFFER, headers, EmptyHttpHeaders.INSTANCE)
        : new DefaultHttpResponse(HttpVersion.HTTP_1_1, status, headers);
  }

  private static void trailers(Attempt served, Http2HeadersFrame frame) {
    var last = new DefaultLastHttpContent();
    Refusal refusal = StreamHead.copyTrailers(frame.headers(), last.trailingHeaders());
    if (refusal == null) {
      served.answerContent(last);
    } else {
      served.answerMalformed(refusal.cause());
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (attempt != null) {
      attempt.flushTowardsClient();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (attempt != null && ctx.channel().isWritable()) {
      attempt.targetWritable();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    connection.ended();
    Attempt served = attempt;
    attempt = null;
    if (served != null) {
      served.targetLost(loss);
    }
  }

  /// Says why the stream is about to end: by its reset, or as one that a target which leaves will
  /// not begin any more.
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    switch (event) {
      case Http2ResetFrame reset -> loss = Loss.of(reset.errorCode());
      case Http2GoAwayFrame farewell -> loss = Loss.UNPROCESSED;
      default -> {}
    }
    ReferenceCountUtil.release(event);
  }

  /// The codec has found the answer to break the protocol; it ends the stream, too.
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (attempt != null) {
      attempt.answerMalformed(String.valueOf(cause.getMessage()));
    }
    ctx.close();
  }
}
