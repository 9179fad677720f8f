package dev.stead.edge.http;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelProgressiveFuture;
import io.netty.channel.ChannelProgressiveFutureListener;
import io.netty.handler.codec.http.HttpChunkedInput;
import io.netty.handler.stream.ChunkedWriteHandler;

/// A request's body that lies in a file, on its way to a target: a piece is read whenever the
/// target has room for it.
final class FiledBody {
  private FiledBody() {}

  /// The future tells when all of it is out.
  ///
  /// @param to the handler that writes it, towards the target
  /// @param moved told of each piece that is out
  static ChannelFuture write(HttpChunkedInput body, ChannelHandlerContext to, Runnable moved) {
    if (to.pipeline().get(ChunkedWriteHandler.class) == null) {
      to.pipeline().addBefore(to.name(), null, new ChunkedWriteHandler());
    }
    var written = to.newProgressivePromise();
    written.addListener(
        new ChannelProgressiveFutureListener() {
          @Override
          public void operationProgressed(
              ChannelProgressiveFuture future, long progress, long total) {
            moved.run();
          }

          @Override
          public void operationComplete(ChannelProgressiveFuture future) {
            moved.run();
          }
        });
    return to.write(body, written);
  }
}
