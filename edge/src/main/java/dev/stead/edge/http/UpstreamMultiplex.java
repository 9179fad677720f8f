package dev.stead.edge.http;

import dev.stead.edge.routing.Target;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A connection to a target that speaks HTTP/2 without TLS (RFC 9113 3.3): many [UpstreamStream]s
/// at once.
///
/// It counts as made once the target's settings have come, which are the first that it says (RFC
/// 9113 3.4). Until then attempts wait here, so that no request is lost to a target that speaks
/// something else, or takes fewer streams than would have been begun.
///
/// What a slow client leaves unread waits in its stream's window, [#STREAM_WINDOW]; the
/// connection's has room for all of them, so that one such stream stops no other.
final class UpstreamMultiplex extends ChannelInboundHandlerAdapter {
  private static final int STREAMS_MAX = 100;
  private static final int STREAM_WINDOW = 64 * 1024;
  private static final int CONNECTION_WINDOW = STREAMS_MAX * STREAM_WINDOW;
  private static final int REQUEST_BYTES = 64 * 1024;
  private static final long GREETING_NANOS = Duration.ofSeconds(10).toNanos();

  private enum State {
    /// The target's settings have not come.
    GREETING,
    SERVING,
    /// No stream is begun any more.
    LEAVING
  }

  private final Target target;
  private final Ticker ticker;
  private final Deque<Attempt> waiting = new ArrayDeque<>();
  private @Nullable ChannelHandlerContext own;
  private State state = State.GREETING;
  private int streams;
  private int streamsMax = STREAMS_MAX;
  private boolean used;
  private boolean late;

  /// Since when it is in its state, or without a stream.
  private long sinceNanos;

  UpstreamMultiplex(Target target, Ticker ticker) {
    this.target = target;
    this.ticker = ticker;
    this.sinceNanos = ticker.nanoTime();
  }

  /// Goes to the end of a pipeline, with what it needs before it.
  void join(ChannelPipeline pipeline) {
    var settings =
        new Http2Settings()
            .pushEnabled(false)
            .maxConcurrentStreams(0)
            .initialWindowSize(STREAM_WINDOW)
            .maxHeaderListSize(HeadScanner.HEADERS_BYTES_MAX);
    var codec =
        Http2FrameCodecBuilder.forClient()
            .initialSettings(settings)
            .decoupleCloseAndGoAway(true)
            .build();
    pipeline.addLast(codec, new Http2MultiplexHandler(new Unasked()), this);
  }

  /// A stream that the target begins, which none may.
  private static final class Unasked extends ChannelInboundHandlerAdapter {
    @Override
    public boolean isSharable() {
      return true;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
      ctx.close();
    }
  }

  private ChannelHandlerContext context() {
    return Objects.requireNonNull(own, "not in a pipeline yet");
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    own = ctx;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    ctx.writeAndFlush(
        new DefaultHttp2WindowUpdateFrame(CONNECTION_WINDOW - Http2CodecUtil.DEFAULT_WINDOW_SIZE));
  }

  Target target() {
    return target;
  }

  /// Has the attempt wait until the connection is made; false when it is not being made any more,
  /// or as many wait as can be served at once.
  boolean await(Attempt attempt) {
    boolean room = state == State.GREETING && waiting.size() < STREAMS_MAX;
    if (room) {
      waiting.add(attempt);
    }
    return room;
  }

  /// No connection came of it.
  void failed(Throwable cause) {
    leave();
    while (!waiting.isEmpty()) {
      waiting.removeFirst().connectFailed(cause);
    }
  }

  private void made() {
    enter(State.SERVING);
    while (!waiting.isEmpty()) {
      Attempt next = waiting.removeFirst();
      if (streams < streamsMax) {
        next.connected(open());
      } else {
        next.start(0);
      }
    }
  }

  private void enter(State next) {
    state = next;
    sinceNanos = ticker.nanoTime();
  }

  /// Whether one more stream can begin, on a connection that has been idle for less than that.
  boolean takesMore(long nowNanos, long idleAtMostNanos) {
    return state == State.SERVING
        && streams < streamsMax
        && context().channel().isActive()
        && (streams > 0 || nowNanos - sinceNanos < idleAtMostNanos);
  }

  UpstreamStream open() {
    var made = new UpstreamStream(this, used);
    used = true;
    streams++;
    var opening =
        new Http2StreamChannelBootstrap(context().channel())
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel stream) {
                    stream
                        .config()
                        .setWriteBufferWaterMark(
                            new WriteBufferWaterMark(REQUEST_BYTES / 2, REQUEST_BYTES));
                    stream.pipeline().addLast(StreamEncoder.REQUESTS, made);
                  }
                })
            .open();
    Http2StreamChannel opened = opening.getNow();
    if (opened == null) {
      throw new IllegalStateException("a stream opens at once on its own loop", opening.cause());
    }
    return made;
  }

  /// A stream is over.
  void ended() {
    streams--;
    if (state == State.SERVING) {
      sinceNanos = ticker.nanoTime();
    } else if (streams == 0) {
      close();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    switch (message) {
      case Http2SettingsFrame said -> settled(said.settings());
      case Http2GoAwayFrame farewell -> leave();
      default -> {}
    }
    ReferenceCountUtil.release(message);
  }

  private void settled(Http2Settings said) {
    Long most = said.maxConcurrentStreams();
    if (most != null) {
      streamsMax = Math.toIntExact(Math.min(STREAMS_MAX, most));
    }
    if (state == State.GREETING && streamsMax == 0) {
      failed(new IOException("it takes no stream at all"));
    } else if (state == State.GREETING) {
      made();
    }
  }

  private void leave() {
    enter(State.LEAVING);
    if (streams == 0) {
      close();
    }
  }

  /// The codec ends a connection that breaks the protocol; its streams hear of it by their end.
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    failed(cause);
    ctx.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    failed(
        late
            ? new ConnectTimeoutException("it did not greet in time")
            : new IOException("it closed the connection before it greeted"));
  }

  /// Ends what has been idle for so long, or greets no more; whether it is over.
  boolean sweep(long nowNanos, long idleMaxNanos) {
    long patience = nowNanos - sinceNanos;
    if (state == State.GREETING && patience > GREETING_NANOS) {
      late = true;
      close();
    } else if (state == State.SERVING && streams == 0 && patience >= idleMaxNanos) {
      leave();
    }
    return state == State.LEAVING && streams == 0;
  }

  void close() {
    enter(State.LEAVING);
    context().close();
  }
}
