package dev.stead.edge.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.InvalidChunkExtensionException;
import io.netty.handler.codec.http.InvalidLineSeparatorException;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Netty's request decoder behind two gates of ours: a head reaches it only once [HeadScanner] has
/// read it whole and found nothing ambiguous, and nothing is decoded before the connection asks.
///
/// It emits one request at a time. After a head with a body it stops until [#resume]; after a
/// request's end it stops until [#next]. What arrives meanwhile stays undecoded, and reading from
/// the socket stops as soon as there is such a rest: so pipelined requests wait, held requests read
/// no body, and a slow target slows its client. A [Refusal] ends the stream of messages.
final class RequestDecoder extends HttpRequestDecoder {
  /// What we tell ourselves by way of the pipeline, whose errors end where all others do.
  private enum Event {
    DECODE_AGAIN
  }

  private final HeadScanner scanner = new HeadScanner();
  private boolean inHead = true;
  private boolean paused;
  private boolean ended;
  private boolean discarding;
  private boolean reading;
  private boolean again;
  private @Nullable ChannelHandlerContext own;

  RequestDecoder() {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(HeadScanner.LINE_BYTES_MAX)
            .setMaxHeaderSize(HeadScanner.HEADERS_BYTES_MAX)
            .setMaxChunkSize(64 * 1024));
  }

  /// Whether some bytes of a head have arrived, but not all.
  boolean headBegun() {
    return inHead && !ended && actualReadableBytes() > 0;
  }

  /// How many bytes wait that nobody has asked for yet.
  int heldBytes() {
    return actualReadableBytes();
  }

  void pause() {
    paused = true;
  }

  /// Whether there are bytes that wait for [#resume]; others that are here are of something whose
  /// rest has not come.
  boolean holdsBack() {
    return paused && actualReadableBytes() > 0;
  }

  /// Goes on with the body of the current request.
  void resume() {
    paused = false;
    decodeAgain();
  }

  /// Goes on with the next request.
  void next() {
    ended = false;
    decodeAgain();
  }

  /// Drops whatever comes from now on.
  void discard() {
    discarding = true;
    decodeAgain();
  }

  private void decodeAgain() {
    if (reading) {
      again = true;
      return;
    }
    ChannelHandlerContext ctx = Objects.requireNonNull(own, "not in a pipeline yet");
    ctx.channel().config().setAutoRead(true);
    if (actualReadableBytes() > 0) {
      ctx.pipeline().fireUserEventTriggered(Event.DECODE_AGAIN);
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    own = ctx;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object input) throws Exception {
    reading = true;
    try {
      super.channelRead(ctx, input);
      while (again) {
        again = false;
        ctx.channel().config().setAutoRead(true);
        super.channelRead(ctx, Unpooled.EMPTY_BUFFER);
      }
    } finally {
      reading = false;
    }
  }

  /// Netty's would read on when nothing was decoded, even while we wait on purpose.
  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
    if (paused || ended) {
      ctx.fireChannelReadComplete();
    } else {
      super.channelReadComplete(ctx);
    }
  }

  /// Netty's would throw away what is not decoded yet when the client has half-closed.
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
    if (event == Event.DECODE_AGAIN) {
      channelRead(ctx, Unpooled.EMPTY_BUFFER);
    } else if (event instanceof ChannelInputShutdownEvent) {
      ctx.fireUserEventTriggered(event);
    } else {
      super.userEventTriggered(ctx, event);
    }
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
    if (discarding) {
      in.skipBytes(in.readableBytes());
      return;
    }
    if (paused || ended) {
      ctx.channel().config().setAutoRead(false);
      return;
    }
    if (inHead && !wholeHead(in, out)) {
      return;
    }
    int before = out.size();
    super.decode(ctx, in, out);
    for (int i = before; i < out.size(); i++) {
      if (!decoded(out, i)) {
        return;
      }
    }
  }

  private boolean wholeHead(ByteBuf in, List<Object> out) {
    HeadScanner.Verdict verdict = scanner.scan(in);
    Refusal refusal = scanner.refusal();
    if (refusal != null) {
      discarding = true;
      in.skipBytes(in.readableBytes());
      out.add(refusal);
    }
    return verdict == HeadScanner.Verdict.WHOLE;
  }

  /// Notes where the request stands after one more message; false when it was refused.
  private boolean decoded(List<Object> out, int index) {
    var message = (HttpObject) out.get(index);
    DecoderResult result = message.decoderResult();
    if (result.isFailure()) {
      Refusal refusal = refusal(message, result.cause());
      ReferenceCountUtil.release(message);
      out.set(index, refusal);
      discarding = true;
      return false;
    }
    if (message instanceof HttpRequest) {
      inHead = false;
      paused = true;
    }
    if (message instanceof LastHttpContent) {
      inHead = true;
      paused = false;
      ended = true;
      scanner.reset();
    }
    return true;
  }

  private static Refusal refusal(HttpObject message, Throwable cause) {
    String what = String.valueOf(cause.getMessage());
    if (!(message instanceof HttpContent) || message instanceof HttpRequest) {
      return Refusal.framing("2.1", "the head cannot be parsed: " + what);
    }
    return switch (cause) {
      case InvalidChunkExtensionException e ->
          Refusal.framing("7.1.1", "a chunk's extension is malformed");
      case NumberFormatException e ->
          Refusal.framing("7.1", "a chunk's size is malformed: " + what);
      case TooLongHttpHeaderException e ->
          new Refusal(EdgeError.HEAD_TOO_LARGE, "the trailers are too large");
      case InvalidLineSeparatorException e ->
          Refusal.framing("7.1.2", "a trailer's line ends with a bare LF");
      case IllegalArgumentException e ->
          Refusal.framing("7.1.2", "a trailer is malformed: " + what);
      default -> Refusal.framing("7.1", "a chunk is malformed: " + what);
    };
  }
}
