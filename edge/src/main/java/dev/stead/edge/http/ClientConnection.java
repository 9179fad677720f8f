package dev.stead.edge.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpChunkedInput;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.stream.ChunkedWriteHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// A client's connection that speaks HTTP/1.1: one [Exchange] at a time, the next begins when the
/// former has ended.
///
/// States in order: IDLE between requests, HEAD while a request's head trickles in, EXCHANGE, and
/// LINGERING once the last answer is out: our side is shut and what the client still sends is
/// dropped for a while, since a close would reset the connection under the answer.
final class ClientConnection extends ChannelInboundHandlerAdapter implements Connection, Client {
  private static final long IDLE_NANOS = Duration.ofSeconds(75).toNanos();
  private static final long IDLE_WHILE_DENSE_NANOS = Duration.ofSeconds(5).toNanos();
  private static final long IDLE_WHILE_RETIRING_NANOS = Duration.ofSeconds(30).toNanos();
  private static final long HEAD_NANOS = Duration.ofSeconds(10).toNanos();
  private static final long LINGER_NANOS = Duration.ofSeconds(5).toNanos();
  private static final long LAST_BYTES_NANOS = Duration.ofMinutes(2).toNanos();

  private enum State {
    IDLE,
    HEAD,
    EXCHANGE,
    LINGERING
  }

  private final Worker worker;
  private final Guest guest;
  private final RequestDecoder decoder;
  private final ResponseEncoder encoder;
  private @Nullable ChannelHandlerContext own;
  private @Nullable Exchange exchange;
  private State state = State.IDLE;
  private boolean inputEnded;
  private boolean outputEnded;

  /// Counts the present state's patience; without meaning in EXCHANGE.
  private long sinceNanos;

  ClientConnection(Worker worker, Guest guest, RequestDecoder decoder, ResponseEncoder encoder) {
    this.worker = worker;
    this.guest = guest;
    this.decoder = decoder;
    this.encoder = encoder;
  }

  @Override
  public Worker worker() {
    return worker;
  }

  private ChannelHandlerContext context() {
    return Objects.requireNonNull(own, "not in a pipeline yet");
  }

  private Channel channel() {
    return context().channel();
  }

  @Override
  public Guest guest() {
    return guest;
  }

  @Override
  public boolean stopping() {
    return worker.stopping();
  }

  @Override
  public void write(Object message) {
    context().write(message, context().voidPromise());
  }

  @Override
  public void writeInformational(HttpResponse head) {
    write(head);
    write(LastHttpContent.EMPTY_LAST_CONTENT);
  }

  @Override
  public void writeUpgrade(HttpResponse head, String protocol) {
    head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
    head.headers().set(HttpHeaderNames.UPGRADE, protocol);
    write(head);
  }

  @Override
  public void flush() {
    context().flush();
  }

  @Override
  public boolean writable() {
    return channel().isWritable();
  }

  @Override
  public long unwritten() {
    return channel().bytesBeforeWritable();
  }

  @Override
  public ChannelFuture writeFile(FileAnswer answer) {
    write(answer.head());
    if (answer.hasBody() && (guest.door() == Door.HTTPS || !answer.unchanged())) {
      return writePieces(answer);
    }
    if (answer.hasBody()) {
      write(answer.region());
    }
    return context().writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
  }

  private ChannelFuture writePieces(FileAnswer answer) {
    var pipeline = context().pipeline();
    if (pipeline.get(ChunkedWriteHandler.class) == null) {
      pipeline.addBefore(context().name(), null, new ChunkedWriteHandler());
    }
    return context().writeAndFlush(new HttpChunkedInput(answer.pieces()));
  }

  @Override
  public void pauseBody() {
    decoder.pause();
  }

  @Override
  public void resumeBody() {
    decoder.resume();
    if (inputEnded && exchange != null && !exchange.clientEnded()) {
      close();
    }
  }

  @Override
  public boolean holdsBody() {
    return decoder.holdsBack();
  }

  @Override
  public long heldBytes() {
    return decoder.heldBytes();
  }

  @Override
  public void reading(boolean on) {
    channel().config().setAutoRead(on);
  }

  @Override
  public void becomeTunnel() {
    write(LastHttpContent.EMPTY_LAST_CONTENT);
    flush();
    var pipeline = context().pipeline();
    pipeline.remove(encoder);
    pipeline.remove(decoder);
  }

  @Override
  public void shutdownOutput() {
    context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> endOutput());
  }

  /// With TLS the client is told first, so that it knows the end from a cut (RFC 8446 6.1).
  private void endOutput() {
    SslHandler tls = channel().pipeline().get(SslHandler.class);
    if (tls == null) {
      ((DuplexChannel) channel()).shutdownOutput();
    } else {
      tls.closeOutbound().addListener(told -> ((DuplexChannel) channel()).shutdownOutput());
    }
  }

  @Override
  public void close() {
    context().close();
  }

  @Override
  public void truncate(boolean reset) {
    if (reset) {
      channel().config().setOption(ChannelOption.SO_LINGER, 0);
    }
    enter(State.LINGERING);
    context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> cut());
  }

  /// Closes without the word that would make what was sent look whole (RFC 8446 6.1).
  private void cut() {
    ChannelHandlerContext tls = channel().pipeline().context(SslHandler.class);
    if (tls == null) {
      close();
    } else {
      tls.close();
    }
  }

  @Override
  public void exchangeEnded(boolean keepAlive) {
    exchange = null;
    if (!keepAlive || stopping()) {
      linger();
      return;
    }
    enter(State.IDLE);
    decoder.next();
    if (inputEnded && exchange == null) {
      linger();
    }
  }

  private void linger() {
    enter(State.LINGERING);
    if (context().pipeline().context(decoder) != null) {
      decoder.discard();
    }
    context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> ourSideDone());
  }

  private void ourSideDone() {
    outputEnded = true;
    sinceNanos = worker.nanos();
    if (inputEnded) {
      close();
    } else {
      endOutput();
    }
  }

  private void enter(State next) {
    state = next;
    sinceNanos = worker.nanos();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    own = ctx;
    enter(State.IDLE);
    worker.add(this);
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    switch (guest.enter(ctx.channel().remoteAddress())) {
      case ADMITTED, ADMITTED_PROXY -> {}
      case ADDRESS_FULL ->
          refuse(
              new Refusal(
                  EdgeError.ADDRESS_FULL, "This address has too many connections open already."));
      case FULL ->
          refuse(new Refusal(EdgeError.FULL, "Too many connections are open here already."));
      case CUT -> ctx.close();
    }
    ctx.fireChannelActive();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    switch (message) {
      case HttpRequest request -> begin(request);
      case HttpContent content when exchange != null -> exchange.requestContent(content);
      case ByteBuf bytes when exchange != null -> exchange.tunnelFromClient(bytes);
      case Refusal refusal -> refuse(refusal);
      default -> ReferenceCountUtil.release(message);
    }
  }

  private void begin(HttpRequest request) {
    switch (Inbound.read(request)) {
      case Inbound.Reading.Rejected rejected -> refuse(rejected.refusal());
      case Inbound.Reading.Accepted accepted -> {
        encoder.answersHead(accepted.inbound().head());
        state = State.EXCHANGE;
        var begun = new Exchange(this, accepted.inbound());
        exchange = begun;
        begun.route();
      }
    }
  }

  private void refuse(Refusal refusal) {
    if (exchange != null) {
      exchange.failAndClose(refusal.error(), refusal.cause());
    } else if (state != State.LINGERING) {
      encoder.answersHead(false);
      worker.traffic().refused(refusal.error().status());
      FullHttpResponse page =
          ErrorPage.of(refusal.error(), refusal.cause(), worker.requestId(), null);
      page.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      write(page);
      linger();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (exchange != null) {
      exchange.flushTowardsTarget();
    } else if (state == State.IDLE && decoder.headBegun()) {
      enter(State.HEAD);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (exchange != null && ctx.channel().isWritable()) {
      exchange.clientWritable();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslCloseCompletionEvent) {
      // The library can say nothing more either, once the client has said that it is done.
      close();
      return;
    }
    if (!(event instanceof ChannelInputShutdownEvent)) {
      return;
    }
    inputEnded = true;
    if (state == State.LINGERING) {
      if (outputEnded) {
        close();
      }
    } else if (exchange == null || !exchange.clientEnded()) {
      close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    worker.remove(this);
    guest.leave();
    Exchange cutShort = exchange;
    exchange = null;
    if (cutShort != null) {
      cutShort.clientGone();
    }
  }

  /// What the network does to a client's connection is no event here; a bug is.
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException || cause.getCause() instanceof SSLException) {
      ctx.close();
      return;
    }
    worker.bug("on a client's connection", cause);
    if (exchange == null || state != State.EXCHANGE) {
      ctx.close();
    } else {
      exchange.failAndClose(EdgeError.BUG, "The edge met a bug of its own.");
    }
  }

  private long idleNanosMax() {
    if (worker.crowd().dense()) {
      return IDLE_WHILE_DENSE_NANOS;
    }
    return worker.retiring() ? IDLE_WHILE_RETIRING_NANOS : IDLE_NANOS;
  }

  @Override
  public void sweep(long nowNanos) {
    long patience = nowNanos - sinceNanos;
    switch (state) {
      case IDLE -> {
        if (patience > idleNanosMax() || stopping()) {
          close();
        }
      }
      case HEAD -> {
        if (patience > HEAD_NANOS) {
          refuse(new Refusal(EdgeError.HEAD_TIMEOUT, "The request's head did not come in time."));
        }
      }
      case EXCHANGE -> {
        if (exchange != null) {
          exchange.sweep(nowNanos);
        }
      }
      case LINGERING -> {
        if (patience > (outputEnded ? LINGER_NANOS : LAST_BYTES_NANOS)) {
          close();
        }
      }
    }
  }
}
