package dev.stead.edge.probe;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import java.util.function.Consumer;

/// A connection for one question, which is asked on a stream of it as soon as it is made.
final class ProbeConnection extends ChannelInitializer<Channel> {
  private final Question question;
  private final Consumer<H2cProbe.Answer> whenAnswered;

  ProbeConnection(Question question, Consumer<H2cProbe.Answer> whenAnswered) {
    this.question = question;
    this.whenAnswered = whenAnswered;
  }

  @Override
  protected void initChannel(Channel channel) {
    // The app may begin no stream of its own.
    var settings = new Http2Settings().pushEnabled(false).maxConcurrentStreams(0);
    channel
        .pipeline()
        .addLast(
            Http2FrameCodecBuilder.forClient().initialSettings(settings).build(),
            new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()),
            new Opening());
  }

  private final class Opening extends ChannelInboundHandlerAdapter {
    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      new Http2StreamChannelBootstrap(ctx.channel())
          .handler(new ProbeStream(question, whenAnswered))
          .open();
    }

    /// What breaks the protocol ends the connection, of which the stream hears.
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
