package dev.stead.edge.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.stream.ChunkedInput;
import java.io.IOException;

/// The body of an answer, made a piece at a time whenever the client has room for one.
interface Pieces extends ChunkedInput<ByteBuf> {
  @Override
  ByteBuf readChunk(ByteBufAllocator allocator) throws IOException;

  /// Netty asks by the other one, and has not taken this one away yet.
  @Override
  @Deprecated
  default ByteBuf readChunk(ChannelHandlerContext ctx) throws IOException {
    return readChunk(ctx.alloc());
  }
}
