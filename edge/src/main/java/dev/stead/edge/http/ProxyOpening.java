package dev.stead.edge.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A trusted proxy's connection until it has said for whom it connects, by the PROXY protocol,
/// version 1 or 2 (haproxy's `proxy-protocol.txt`). What follows is the client's own, TLS or not.
/// Who does not say so in time, or not well, is let go without a word.
final class ProxyOpening extends ChannelInboundHandlerAdapter implements Connection {
  private static final long OPENING_NANOS = Duration.ofSeconds(10).toNanos();

  /// What proxies add for their own use, and we skip: identities, certificates.
  private static final int EXTRAS_BYTES_MAX = 4 * 1024;

  private final Worker worker;
  private final Guest guest;
  private final Consumer<Channel> next;
  private final long sinceNanos;
  private @Nullable ChannelHandlerContext own;

  /// @param next makes the pipeline of whoever was announced
  ProxyOpening(Worker worker, Guest guest, Consumer<Channel> next) {
    this.worker = worker;
    this.guest = guest;
    this.next = next;
    this.sinceNanos = worker.nanos();
  }

  /// Goes to the end of a pipeline, with what it needs before it.
  void join(ChannelPipeline pipeline) {
    pipeline.addLast(new HAProxyMessageDecoder(EXTRAS_BYTES_MAX), this);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    own = ctx;
    worker.add(this);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (!(message instanceof HAProxyMessage header)) {
        ctx.close();
        return;
      }
      // Otherwise it speaks for itself (LOCAL, UNKNOWN), to see whether we live.
      if (header.command() == HAProxyCommand.PROXY && header.sourceAddress() != null) {
        guest.announced(InetAddress.ofLiteral(header.sourceAddress()));
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
    worker.remove(this);
    ctx.pipeline().remove(this);
    next.accept(ctx.channel());
    ctx.pipeline().fireChannelActive();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      ctx.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    worker.remove(this);
  }

  /// A bad header is the proxy's affair; so is what the network does to it.
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }

  @Override
  public void sweep(long nowNanos) {
    if (nowNanos - sinceNanos > OPENING_NANOS || worker.stopping()) {
      close();
    }
  }

  @Override
  public void close() {
    Objects.requireNonNull(own, "not in a pipeline yet").close();
  }
}
