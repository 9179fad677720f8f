package dev.stead.edge.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A client's connection until hands are shaken; a [ClientConnection] or [MultiplexedConnection]
/// follows. Whoever does not come to that in time, or for whom there is no place, is let go without
/// a word: any would need the handshake first.
final class TlsOpening extends ChannelInboundHandlerAdapter implements Connection {
  private static final long OPENING_NANOS = Duration.ofSeconds(10).toNanos();

  private final Worker worker;
  private final Guest guest;
  private final long sinceNanos;
  private @Nullable ChannelHandlerContext own;
  private boolean over;

  TlsOpening(Worker worker, Guest guest) {
    this.worker = worker;
    this.guest = guest;
    this.sinceNanos = worker.nanos();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    own = ctx;
    worker.add(this);
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    switch (guest.enter(ctx.channel().remoteAddress())) {
      case ADMITTED, ADMITTED_PROXY -> {}
      case ADDRESS_FULL, FULL, CUT -> ctx.close();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (!(event instanceof SslHandshakeCompletionEvent shaken)) {
      return;
    }
    SslHandler tls = ctx.pipeline().get(SslHandler.class);
    if (!shaken.isSuccess() || tls == null) {
      ctx.close();
      return;
    }
    switch (tls.applicationProtocol()) {
      case null -> oneAtATime(ctx);
      case ApplicationProtocolNames.HTTP_1_1 -> oneAtATime(ctx);
      case ApplicationProtocolNames.HTTP_2 -> {
        makeRoom(ctx);
        new MultiplexedConnection(worker, guest).join(ctx.pipeline());
      }
      // RFC 8737 3: a CA has seen the challenge's certificate by now and wants no more.
      default -> ctx.close();
    }
  }

  private void oneAtATime(ChannelHandlerContext ctx) {
    makeRoom(ctx);
    var decoder = new RequestDecoder();
    var encoder = new ResponseEncoder();
    ctx.pipeline().addLast(decoder, encoder, new ClientConnection(worker, guest, decoder, encoder));
  }

  private void makeRoom(ChannelHandlerContext ctx) {
    over = true;
    worker.remove(this);
    ctx.pipeline().addLast(new Parting());
    ctx.pipeline().remove(this);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    worker.remove(this);
    guest.leave();
  }

  /// Whatever goes wrong before hands are shaken is the client's affair.
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }

  @Override
  public void sweep(long nowNanos) {
    if (!over && (nowNanos - sinceNanos > OPENING_NANOS || worker.stopping())) {
      close();
    }
  }

  @Override
  public void close() {
    Objects.requireNonNull(own, "not in a pipeline yet").close();
  }
}
