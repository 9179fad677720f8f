package dev.stead.edge.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpChunkedInput;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2StreamFrame;
import io.netty.handler.stream.ChunkedWriteHandler;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// A stream of a client's connection that speaks HTTP/2: one request, one [Exchange].
///
/// Once the answer is out, what the client still sends is dropped for a moment; then it is asked to
/// stop (RFC 9113 8.1). While the body is paused frames wait here, and the stream's window opens
/// only for those that have gone on: the client can send no more than fits into that.
final class ClientStream extends ChannelInboundHandlerAdapter implements Client {
  private static final AsciiString WEB_SOCKET_KEY = AsciiString.cached("sec-websocket-key");
  private static final AsciiString WEB_SOCKET_ACCEPT = AsciiString.cached("sec-websocket-accept");

  /// A window's worth of frames with a byte each would take more memory than it says.
  private static final int WAITING_FRAMES_MAX = 1_024;

  private static final long LINGER_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long LAST_BYTES_NANOS = Duration.ofMinutes(2).toNanos();

  private final Worker worker;
  private final Guest guest;
  private final MultiplexedConnection connection;
  private @Nullable ChannelHandlerContext own;
  private final Deque<Http2StreamFrame> waiting = new ArrayDeque<>(0);
  private @Nullable Exchange exchange;
  private boolean begun;
  private boolean paused;
  private boolean answersHead;
  private boolean requestEnded;
  private boolean answerWritten;
  private boolean tunnel;

  /// Since when the exchange is over.
  private long overNanos;

  ClientStream(Worker worker, Guest guest, MultiplexedConnection connection) {
    this.worker = worker;
    this.guest = guest;
    this.connection = connection;
    this.overNanos = worker.nanos();
  }

  private ChannelHandlerContext context() {
    return Objects.requireNonNull(own, "not in a pipeline yet");
  }

  private Channel channel() {
    return context().channel();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    own = ctx;
    connection.opened(this);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    switch (message) {
      case Http2HeadersFrame head when !begun -> begin(head);
      case Http2StreamFrame frame when !paused -> pass(frame);
      case Http2StreamFrame frame when waiting.size() < WAITING_FRAMES_MAX -> waiting.add(frame);
      default -> {
        ReferenceCountUtil.release(message);
        end(Http2Error.ENHANCE_YOUR_CALM);
      }
    }
  }

  private void pass(Http2StreamFrame frame) {
    switch (frame) {
      case Http2HeadersFrame trailers -> trailers(trailers);
      case Http2DataFrame piece -> data(piece);
      default -> ReferenceCountUtil.release(frame);
    }
  }

  private void begin(Http2HeadersFrame head) {
    begun = true;
    requestEnded = head.isEndStream();
    switch (StreamHead.read(head.headers(), requestEnded)) {
      case Inbound.Reading.Rejected rejected -> refuse(rejected.refusal());
      case Inbound.Reading.Accepted accepted -> {
        Inbound inbound = accepted.inbound();
        answersHead = inbound.head();
        if (inbound.extendedConnect()) {
          inbound.request().headers().set(WEB_SOCKET_KEY, worker.webSocketKey());
        }
        paused = !requestEnded;
        var started = new Exchange(this, inbound);
        exchange = started;
        started.route();
        if (!inbound.hasBody() && exchange != null) {
          exchange.requestContent(LastHttpContent.EMPTY_LAST_CONTENT);
        }
      }
    }
  }

  private void refuse(Refusal refusal) {
    if (exchange != null) {
      exchange.failAndClose(refusal.error(), refusal.cause());
    } else {
      worker.traffic().refused(refusal.error().status());
      write(ErrorPage.of(refusal.error(), refusal.cause(), worker.requestId(), null));
      flush();
      exchangeEnded(false);
    }
  }

  private void data(Http2DataFrame piece) {
    requestEnded |= piece.isEndStream();
    int taken = piece.initialFlowControlledBytes();
    if (taken > 0 && !requestEnded) {
      context().write(new DefaultHttp2WindowUpdateFrame(taken));
    }
    if (exchange == null) {
      piece.release();
    } else if (tunnel) {
      exchange.tunnelFromClient(piece.content());
      if (requestEnded && exchange != null) {
        exchange.clientEnded();
      }
    } else {
      exchange.requestContent(
          piece.isEndStream()
              ? new DefaultLastHttpContent(piece.content())
              : new DefaultHttpContent(piece.content()));
    }
  }

  private void trailers(Http2HeadersFrame frame) {
    if (tunnel) {
      // RFC 8441 5: nothing but data belongs into it.
      end(Http2Error.PROTOCOL_ERROR);
      return;
    }
    requestEnded |= frame.isEndStream();
    var last = new DefaultLastHttpContent();
    Refusal refusal = StreamHead.copyTrailers(frame.headers(), last.trailingHeaders());
    if (refusal != null) {
      refuse(refusal);
    } else if (exchange != null) {
      exchange.requestContent(last);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (exchange != null) {
      exchange.flushTowardsTarget();
    }
    ctx.flush();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (exchange != null && ctx.channel().isWritable()) {
      exchange.clientWritable();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    connection.closed(this);
    waiting.forEach(ReferenceCountUtil::release);
    waiting.clear();
    Exchange cutShort = exchange;
    exchange = null;
    if (cutShort != null) {
      cutShort.clientGone();
    }
  }

  /// What the network or the client does to a stream is no event here; a bug is.
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof Http2Exception) {
      // The codec resets the stream, and says why.
      return;
    }
    if (cause instanceof IOException || cause.getCause() instanceof SSLException) {
      ctx.close();
      return;
    }
    worker.bug("on a client's stream", cause);
    if (exchange == null) {
      ctx.close();
    } else {
      exchange.failAndClose(EdgeError.BUG, "The edge met a bug of its own.");
    }
  }

  @Override
  public Worker worker() {
    return worker;
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
    if (message instanceof ByteBuf bytes) {
      context().write(new DefaultHttp2DataFrame(bytes));
      return;
    }
    boolean last = message instanceof LastHttpContent;
    ChannelFuture written = context().write(answersHead ? headOnly(message) : message);
    if (last) {
      written.addListener(done -> answerWritten = true);
    }
    if (message instanceof HttpResponse) {
      written.addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }
  }

  /// An answer to HEAD tells of a body without having it (RFC 9110 9.3.2).
  private static Object headOnly(Object message) {
    if (message instanceof FullHttpResponse whole && whole.content().isReadable()) {
      whole.release();
      return new DefaultFullHttpResponse(
          whole.protocolVersion(),
          whole.status(),
          Unpooled.EMPTY_BUFFER,
          whole.headers(),
          whole.trailingHeaders());
    }
    return message;
  }

  @Override
  public void writeInformational(HttpResponse head) {
    context()
        .write(
            new DefaultFullHttpResponse(
                head.protocolVersion(),
                head.status(),
                Unpooled.EMPTY_BUFFER,
                head.headers(),
                EmptyHttpHeaders.INSTANCE));
  }

  /// A tunnel on a stream stands once CONNECT is answered 200 (RFC 8441 5).
  @Override
  public void writeUpgrade(HttpResponse head, String protocol) {
    head.setStatus(HttpResponseStatus.OK);
    head.headers().remove(WEB_SOCKET_ACCEPT);
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
    context().write(answer.head());
    if (!answer.hasBody()) {
      return context().writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
    }
    context().pipeline().addBefore(context().name(), null, new ChunkedWriteHandler());
    return context().writeAndFlush(new HttpChunkedInput(answer.pieces()));
  }

  @Override
  public void pauseBody() {
    paused = true;
  }

  @Override
  public void resumeBody() {
    paused = false;
    if (!waiting.isEmpty()) {
      while (!paused && !waiting.isEmpty()) {
        pass(waiting.removeFirst());
      }
      flush();
    }
  }

  @Override
  public boolean holdsBody() {
    return !waiting.isEmpty();
  }

  @Override
  public long heldBytes() {
    long bytes = 0;
    for (Http2StreamFrame frame : waiting) {
      bytes += frame instanceof Http2DataFrame piece ? piece.content().readableBytes() : 0;
    }
    return bytes;
  }

  @Override
  public void reading(boolean on) {
    if (on) {
      resumeBody();
    } else {
      pauseBody();
    }
  }

  @Override
  public void becomeTunnel() {
    tunnel = true;
    flush();
  }

  @Override
  public void shutdownOutput() {
    write(LastHttpContent.EMPTY_LAST_CONTENT);
    flush();
  }

  @Override
  public void exchangeEnded(boolean keepAlive) {
    exchange = null;
    overNanos = worker.nanos();
    if (tunnel) {
      shutdownOutput();
    }
    reading(true);
  }

  @Override
  public void truncate(boolean reset) {
    exchange = null;
    overNanos = worker.nanos();
    end(Http2Error.INTERNAL_ERROR);
  }

  /// Ends the stream at once, with what has not left yet.
  private void end(Http2Error why) {
    context().writeAndFlush(new DefaultHttp2ResetFrame(why));
  }

  @Override
  public void close() {
    context().close();
  }

  void sweep(long nowNanos) {
    if (exchange != null) {
      exchange.sweep(nowNanos);
      return;
    }
    long patience = nowNanos - overNanos;
    if (answerWritten && patience > LINGER_NANOS) {
      end(Http2Error.NO_ERROR);
    } else if (patience > LAST_BYTES_NANOS) {
      close();
    }
  }
}
