package dev.stead.edge.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.stream.ChunkedInput;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;

/// A file's bytes, compressed as they are read: a piece at a time, whenever the client has room for
/// what comes of it. Whoever gets it closes it, and with it the file and the [Compression].
final class CompressedFile implements ChunkedInput<ByteBuf> {
  /// As much as comes from a target at once.
  private static final int PIECE_BYTES = 128 * 1024;

  private final FileChannel file;
  private final long size;
  private final Compression compression;
  private long read;
  private long given;
  private boolean ended;

  /// @param size how much of the file there is; what it has become since is not looked at
  CompressedFile(FileChannel file, long size, Compression compression) {
    this.file = file;
    this.size = size;
    this.compression = compression;
  }

  @Override
  public ByteBuf readChunk(ByteBufAllocator allocator) throws IOException {
    return next(allocator);
  }

  @Override
  @Deprecated
  public ByteBuf readChunk(ChannelHandlerContext ctx) throws IOException {
    return next(ctx.alloc());
  }

  private ByteBuf next(ByteBufAllocator allocator) throws IOException {
    ByteBuf made = made(allocator).content();
    given += made.readableBytes();
    return made;
  }

  private HttpContent made(ByteBufAllocator allocator) throws IOException {
    if (read == size) {
      ended = true;
      return compression.pass(LastHttpContent.EMPTY_LAST_CONTENT);
    }
    HttpContent made = compression.pass(new DefaultHttpContent(readPiece(allocator)));
    // An empty piece would be sent, too.
    return made.content().isReadable() ? made : compression.flush();
  }

  private ByteBuf readPiece(ByteBufAllocator allocator) throws IOException {
    int wanted = Math.toIntExact(Math.min(PIECE_BYTES, size - read));
    ByteBuf piece = allocator.buffer(wanted);
    int got = piece.writeBytes(file, read, wanted);
    if (got <= 0) {
      piece.release();
      throw new EOFException("a file became shorter while it was sent");
    }
    read += got;
    return piece;
  }

  @Override
  public boolean isEndOfInput() {
    return ended;
  }

  /// Of what comes of it nobody knows before.
  @Override
  public long length() {
    return -1;
  }

  @Override
  public long progress() {
    return given;
  }

  @Override
  public void close() throws IOException {
    compression.close();
    file.close();
  }
}
