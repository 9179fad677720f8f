package dev.stead.edge.http;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/// How a connection with TLS comes to its end. It waits only a moment for the client to read the
/// word that TLS says last (RFC 8446 6.1): who has read nothing until then may be one that never
/// will. What the client says meanwhile is dropped before anybody sees it: TLS would keep it, and a
/// codec would go on answering, both without a bound.
final class Parting extends ChannelOutboundHandlerAdapter {
  private static final long SECONDS = 1;

  private boolean begun;

  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    ChannelHandlerContext tls = ctx.pipeline().context(SslHandler.class);
    if (tls == null || begun) {
      ctx.close(promise);
      return;
    }
    begun = true;
    ctx.pipeline().addFirst(Deaf.EAR);
    ctx.close(promise);
    if (ctx.channel().isOpen()) {
      ctx.executor().schedule(() -> tls.close(), SECONDS, TimeUnit.SECONDS);
    }
  }

  /// Drops whatever comes.
  @Sharable
  private static final class Deaf extends ChannelInboundHandlerAdapter {
    private static final Deaf EAR = new Deaf();

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ReferenceCountUtil.release(message);
    }
  }
}
