package dev.stead.edge.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;

/// The bytes of a file, or a range of them, a piece at a time, whenever the client has room.
/// Whoever gets it closes it, and with it the file, unless that was [#lent].
///
/// Netty's own gives empty pieces for ever, and its event loop to nobody else, when the file has
/// become shorter since: here that is an error.
final class FilePieces implements Pieces {
  private final FileChannel file;
  private final Closeable owned;
  private final long first;
  private final long end;
  private final int pieceBytes;
  private long next;

  /// @param first where the range begins
  /// @param count how much there is of it; what the file has become since is not looked at
  FilePieces(FileChannel file, long first, long count, int pieceBytes) {
    this(file, file, first, count, pieceBytes);
  }

  private FilePieces(FileChannel file, Closeable owned, long first, long count, int pieceBytes) {
    this.file = file;
    this.owned = owned;
    this.first = first;
    this.end = first + count;
    this.pieceBytes = pieceBytes;
    this.next = first;
  }

  /// So many bytes of a file that stays open when they are closed.
  static FilePieces lent(FileChannel file, long count, int pieceBytes) {
    return new FilePieces(file, () -> {}, 0, count, pieceBytes);
  }

  @Override
  public ByteBuf readChunk(ByteBufAllocator allocator) throws IOException {
    int wanted = Math.toIntExact(Math.min(pieceBytes, end - next));
    ByteBuf piece = allocator.buffer(wanted);
    try {
      next += fill(piece, wanted);
      return piece;
    } catch (IOException e) {
      piece.release();
      throw e;
    }
  }

  private int fill(ByteBuf piece, int wanted) throws IOException {
    int got = piece.writeBytes(file, next, wanted);
    if (got <= 0) {
      throw new EOFException("a file became shorter while it was sent");
    }
    return got;
  }

  @Override
  public boolean isEndOfInput() {
    return next == end;
  }

  @Override
  public long length() {
    return end - first;
  }

  @Override
  public long progress() {
    return next - first;
  }

  @Override
  public void close() throws IOException {
    owned.close();
  }
}
