package dev.stead.edge.http;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.codec.http2.Http2StreamChannelOption;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// A client's connection that speaks HTTP/2 (RFC 9113): many [ClientStream]s at once.
///
/// What it may cost is bounded: [#STREAMS_MAX] requests at once, whose bodies wait for slow targets
/// within [#CONNECTION_WINDOW] together, and whose answers wait for a slow client within
/// [#ANSWER_BYTES] each. Netty's codec ends connections that send more than [#RESETS_MAX] resets in
/// [#RESETS_SECONDS] (or make us send them), more pings and settings than they read the answers of,
/// data frames without data, or a header block in crumbs.
///
/// A retiring edge says GOAWAY twice (RFC 9113 6.8): first without a last stream, so that no
/// request on its way is lost, then with it. Connections do so spread over [#FAREWELL_NANOS], since
/// their clients come back at once.
final class MultiplexedConnection extends ChannelInboundHandlerAdapter implements Connection {
  static final int STREAMS_MAX = 100;
  private static final int STREAM_WINDOW = 256 * 1024;
  private static final int CONNECTION_WINDOW = 512 * 1024;
  private static final int ANSWER_BYTES = 64 * 1024;
  private static final WriteBufferWaterMark ANSWER_WINDOW =
      new WriteBufferWaterMark(ANSWER_BYTES / 2, ANSWER_BYTES);
  private static final int RESETS_MAX = 200;
  private static final int RESETS_SECONDS = 30;
  private static final int UNREAD_ANSWERS_MAX = 1_000;

  private static final long GREETING_NANOS = Duration.ofSeconds(10).toNanos();
  private static final long IDLE_NANOS = Duration.ofSeconds(75).toNanos();
  private static final long IDLE_WHILE_DENSE_NANOS = Duration.ofSeconds(5).toNanos();
  private static final long FAREWELL_NANOS = Duration.ofSeconds(10).toNanos();
  private static final long WARNING_NANOS = Duration.ofSeconds(1).toNanos();

  private enum State {
    /// The client's settings have not come.
    GREETING,
    SERVING,
    /// The client knows that it should come to an end.
    WARNED,
    /// No stream is begun any more.
    LEAVING
  }

  private final Worker worker;
  private final Guest guest;
  private final Set<ClientStream> streams = new HashSet<>();
  private @Nullable ChannelHandlerContext own;
  private State state = State.GREETING;

  /// Since when it is in its state, or without a stream.
  private long sinceNanos;

  /// When to warn the client; 0 until the edge retires.
  private long warnNanos;

  MultiplexedConnection(Worker worker, Guest guest) {
    this.worker = worker;
    this.guest = guest;
    this.sinceNanos = worker.nanos();
  }

  /// Goes to the end of a pipeline, with what it needs before it.
  void join(ChannelPipeline pipeline) {
    var settings =
        new Http2Settings()
            .maxConcurrentStreams(STREAMS_MAX)
            .initialWindowSize(STREAM_WINDOW)
            .maxHeaderListSize(HeadScanner.HEADERS_BYTES_MAX)
            .connectProtocolEnabled(true);
    var codec =
        new ServerCodec()
            .initialSettings(settings)
            .decoderEnforceMaxRstFramesPerWindow(RESETS_MAX, RESETS_SECONDS)
            .encoderEnforceMaxRstFramesPerWindow(RESETS_MAX, RESETS_SECONDS)
            .encoderEnforceMaxQueuedControlFrames(UNREAD_ANSWERS_MAX)
            .decoupleCloseAndGoAway(true)
            .build();
    pipeline.addLast(codec, new Http2MultiplexHandler(new Opening()), this);
  }

  /// Makes ready each stream that the client begins, and then stays in its pipeline without a part
  /// in it: taking it out would cost more, and there is a stream for each request.
  private final class Opening extends ChannelInboundHandlerAdapter {
    @Override
    public boolean isSharable() {
      return true;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
      var stream = ctx.channel();
      stream.config().setWriteBufferWaterMark(ANSWER_WINDOW);
      stream.config().setOption(Http2StreamChannelOption.AUTO_STREAM_FLOW_CONTROL, false);
      stream
          .pipeline()
          .addLast(
              StreamEncoder.ANSWERS, new ClientStream(worker, guest, MultiplexedConnection.this));
    }
  }

  private ChannelHandlerContext context() {
    return Objects.requireNonNull(own, "not in a pipeline yet");
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    own = ctx;
    worker.add(this);
    ctx.writeAndFlush(
        new DefaultHttp2WindowUpdateFrame(CONNECTION_WINDOW - Http2CodecUtil.DEFAULT_WINDOW_SIZE));
  }

  void opened(ClientStream stream) {
    streams.add(stream);
  }

  void closed(ClientStream stream) {
    streams.remove(stream);
    if (streams.isEmpty() && state == State.SERVING) {
      sinceNanos = worker.nanos();
    }
  }

  private void enter(State next) {
    state = next;
    sinceNanos = worker.nanos();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof Http2SettingsFrame && state == State.GREETING) {
      enter(State.SERVING);
    }
    ReferenceCountUtil.release(message);
  }

  /// A client that ends its side can answer nothing of what the protocol asks of it.
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent || event instanceof SslCloseCompletionEvent) {
      ctx.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    worker.remove(this);
    guest.leave();
  }

  /// The codec ends the connection of a client that breaks the protocol, and says why.
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof Http2Exception) {
      return;
    }
    if (!(cause instanceof IOException) && !(cause.getCause() instanceof SSLException)) {
      worker.bug("on a client's connection", cause);
    }
    ctx.close();
  }

  @Override
  public void sweep(long nowNanos) {
    for (ClientStream stream : new ArrayList<>(streams)) {
      stream.sweep(nowNanos);
    }
    long patience = nowNanos - sinceNanos;
    switch (state) {
      case GREETING -> {
        if (patience > GREETING_NANOS || worker.stopping()) {
          close();
        }
      }
      case SERVING -> {
        if (worker.stopping() || worker.retiring()) {
          retire(nowNanos);
        } else if (streams.isEmpty() && patience > idleNanosMax()) {
          sayGoodbye();
        }
      }
      case WARNED -> {
        if (patience > WARNING_NANOS || worker.stopping()) {
          goAway(0);
          enter(State.LEAVING);
        }
      }
      case LEAVING -> {
        if (streams.isEmpty()) {
          close();
        }
      }
    }
  }

  private long idleNanosMax() {
    return worker.crowd().dense() ? IDLE_WHILE_DENSE_NANOS : IDLE_NANOS;
  }

  private void retire(long nowNanos) {
    if (warnNanos == 0) {
      warnNanos = nowNanos + (long) (worker.share() * FAREWELL_NANOS);
    }
    if (worker.stopping() || nowNanos - warnNanos >= 0) {
      goAway(Integer.MAX_VALUE);
      enter(State.WARNED);
    }
  }

  /// @param more how many streams may still begin
  private void goAway(int more) {
    context()
        .writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR).setExtraStreamIds(more));
  }

  private void sayGoodbye() {
    enter(State.LEAVING);
    context()
        .writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR))
        .addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  public void close() {
    context().close();
  }
}
