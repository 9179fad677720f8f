package dev.stead.edge.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;

/// A file's bytes, compressed as they are read. Whoever gets it closes it, and with it the file and
/// the [Compression].
final class CompressedFile implements Pieces {
  private final FilePieces file;
  private final Compression compression;
  private long given;
  private boolean ended;

  CompressedFile(FilePieces file, Compression compression) {
    this.file = file;
    this.compression = compression;
  }

  @Override
  public ByteBuf readChunk(ByteBufAllocator allocator) throws IOException {
    ByteBuf made = made(allocator).content();
    given += made.readableBytes();
    return made;
  }

  private HttpContent made(ByteBufAllocator allocator) throws IOException {
    if (file.isEndOfInput()) {
      ended = true;
      return compression.pass(LastHttpContent.EMPTY_LAST_CONTENT);
    }
    HttpContent made = compression.pass(new DefaultHttpContent(file.readChunk(allocator)));
    // An empty piece would be sent, too.
    return made.content().isReadable() ? made : compression.flush();
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
