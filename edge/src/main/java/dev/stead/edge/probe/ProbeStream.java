package dev.stead.edge.probe;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/// The stream on which a question is asked. Its answer is told once; then the connection is closed.
final class ProbeStream extends ChannelInboundHandlerAdapter {
  /// No more of a body is read.
  private static final int BODY_BYTES_MAX = 200;

  private final Question question;
  private final Consumer<H2cProbe.Answer> whenAnswered;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private String status = "";
  private String grpcStatus = "";
  private boolean told;

  ProbeStream(Question question, Consumer<H2cProbe.Answer> whenAnswered) {
    this.question = question;
    this.whenAnswered = whenAnswered;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    ByteBuf message = question.body();
    boolean alone = !message.isReadable();
    ctx.write(new DefaultHttp2HeadersFrame(question.head(), alone));
    if (!alone) {
      ctx.write(new DefaultHttp2DataFrame(message, true));
    }
    ctx.flush();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    switch (message) {
      case Http2HeadersFrame head -> {
        read(head.headers());
        goOn(ctx, head.isEndStream());
      }
      case Http2DataFrame piece -> {
        read(piece.content());
        goOn(ctx, piece.isEndStream());
      }
      default -> {}
    }
    ReferenceCountUtil.release(message);
  }

  private void read(Http2Headers headers) {
    CharSequence ofHttp = headers.status();
    CharSequence ofGrpc = headers.get("grpc-status");
    status = ofHttp == null ? status : ofHttp.toString();
    grpcStatus = ofGrpc == null ? grpcStatus : ofGrpc.toString();
  }

  private void read(ByteBuf piece) {
    var bytes = new byte[Math.min(piece.readableBytes(), BODY_BYTES_MAX - body.size())];
    piece.readBytes(bytes);
    body.writeBytes(bytes);
  }

  private void goOn(ChannelHandlerContext ctx, boolean ended) {
    if (ended || body.size() == BODY_BYTES_MAX) {
      var said = new Question.Said(status, grpcStatus, ByteBuffer.wrap(body.toByteArray()));
      tell(ctx, question.judge(said));
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof Http2ResetFrame reset) {
      unwell(ctx, "was reset with error " + reset.errorCode());
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    unwell(ctx, "was not answered before the connection ended; does the app speak HTTP/2?");
  }

  private void unwell(ChannelHandlerContext ctx, String what) {
    tell(ctx, new H2cProbe.Answer.Unwell(question.text() + " " + what));
  }

  private void tell(ChannelHandlerContext ctx, H2cProbe.Answer answer) {
    if (!told) {
      told = true;
      whenAnswered.accept(answer);
      ctx.channel().parent().close();
    }
  }

  /// What breaks the protocol ends the stream, which is told then.
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
