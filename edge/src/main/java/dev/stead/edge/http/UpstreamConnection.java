package dev.stead.edge.http;

import dev.stead.edge.routing.Target;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpChunkedInput;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A connection to a target that speaks HTTP/1.1: serves one exchange at a time, or lies in the
/// pool, or is a tunnel. Passes what it reads to its exchange; whatever comes while it has none
/// ends it.
final class UpstreamConnection extends ChannelInboundHandlerAdapter implements Upstream {
  private final Target target;
  private final ResponseDecoder decoder;
  private final HttpRequestEncoder encoder;
  private final ChannelFutureListener onWritten = this::written;
  private @Nullable ChannelHandlerContext own;
  private @Nullable Attempt attempt;
  private @Nullable ChannelFuture filed;
  private boolean skipsLast;
  private boolean used;
  private long idleSinceNanos;
  private long idleMaxNanos;

  UpstreamConnection(
      Target target, ResponseDecoder decoder, HttpRequestEncoder encoder, long idleMaxNanos) {
    this.target = target;
    this.decoder = decoder;
    this.encoder = encoder;
    this.idleMaxNanos = idleMaxNanos;
  }

  Target target() {
    return target;
  }

  @Override
  public boolean used() {
    return used;
  }

  @Override
  public boolean answerBegun() {
    return decoder.begun();
  }

  @Override
  public boolean holdsMore() {
    return decoder.holdsBytes();
  }

  @Override
  public void begin(Attempt served, boolean head) {
    attempt = served;
    skipsLast = false;
    decoder.expect(head);
  }

  @Override
  public void rest(Upstreams pool) {
    reading(true);
    if (filed != null && !filed.isDone()) {
      // What is still to come of the body would go before the next request.
      close();
      return;
    }
    filed = null;
    pool.give(this);
  }

  /// Lies in the pool from now on.
  void rest(long nowNanos) {
    attempt = null;
    used = true;
    idleSinceNanos = nowNanos;
  }

  @Override
  public void idleAtMost(long nanos) {
    idleMaxNanos = Math.min(idleMaxNanos, nanos);
  }

  boolean fresh(long nowNanos, long atMostNanos) {
    return context().channel().isActive()
        && nowNanos - idleSinceNanos < Math.min(idleMaxNanos, atMostNanos);
  }

  @Override
  public void write(Object message) {
    if (message instanceof HttpChunkedInput body) {
      filed = FiledBody.write(body, context(), this::moved);
      filed.addListener(onWritten);
    } else {
      context().write(message).addListener(onWritten);
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
  public void close() {
    attempt = null;
    context().close();
  }

  @Override
  public void becomeTunnel() {
    var pipeline = context().pipeline();
    context().channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    pipeline.remove(encoder);
    pipeline.remove(decoder);
  }

  @Override
  public void shutdownOutput() {
    context()
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(done -> ((DuplexChannel) context().channel()).shutdownOutput());
  }

  private ChannelHandlerContext context() {
    return Objects.requireNonNull(own, "not in a pipeline yet");
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
  public void handlerAdded(ChannelHandlerContext ctx) {
    own = ctx;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    Attempt served = attempt;
    if (served == null) {
      ReferenceCountUtil.release(message);
      ctx.close();
      return;
    }
    switch (message) {
      case HttpResponse head -> head(served, head);
      case HttpContent content -> content(served, content);
      case ByteBuf bytes -> served.tunnelFromTarget(bytes);
      default -> throw new IllegalStateException("unexpected " + message.getClass());
    }
  }

  private void head(Attempt served, HttpResponse head) {
    if (head.decoderResult().isFailure()) {
      ReferenceCountUtil.release(head);
      served.answerMalformed(String.valueOf(head.decoderResult().cause().getMessage()));
      return;
    }
    skipsLast = head.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    served.answerHead(head);
  }

  private void content(Attempt served, HttpContent content) {
    if (content.decoderResult().isFailure()) {
      content.release();
      served.targetLost(Loss.CLOSED);
    } else if (skipsLast && content instanceof LastHttpContent) {
      content.release();
      skipsLast = false;
      served.informationalEnded();
    } else {
      served.answerContent(content);
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
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent && attempt != null) {
      attempt.tunnelTargetEnded();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    Attempt served = attempt;
    attempt = null;
    if (served != null) {
      served.targetLost(Loss.CLOSED);
    }
  }

  /// A connection that was reset must not look like one that ended: its exchange hears of it before
  /// the decoder takes the end for the end of a body (edge.md, trap 4).
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    channelInactive(ctx);
    ctx.close();
  }
}
