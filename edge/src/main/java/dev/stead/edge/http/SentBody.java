package dev.stead.edge.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

/// What has been sent of a request's body, kept while it is no more than [#BYTES_MAX]: another
/// target can have it from the start when the first has done nothing of it ([Loss#UNPROCESSED]).
///
/// A copy, since the pieces themselves are parts of larger buffers, which would be held with them.
/// A body that the edge has taken whole before, a [BufferedUpload], is sent from that, however
/// large it is.
final class SentBody {
  private static final int BYTES_MAX = 16 * 1024;

  private @Nullable ByteBuf kept;
  private @Nullable HttpHeaders trailers;
  private boolean forgotten;
  private @Nullable BufferedUpload upload;

  /// Takes note of a piece that is about to be sent.
  void add(HttpContent piece) {
    ByteBuf bytes = piece.content();
    int before = kept == null ? 0 : kept.readableBytes();
    if (forgotten || before + bytes.readableBytes() > BYTES_MAX) {
      forget();
      return;
    }
    kept = kept == null ? Unpooled.buffer(bytes.readableBytes()) : kept;
    kept.writeBytes(bytes, bytes.readerIndex(), bytes.readableBytes());
    if (piece instanceof LastHttpContent last) {
      trailers = last.trailingHeaders();
    }
  }

  /// Whether all that has been sent can be sent again.
  boolean complete() {
    return !forgotten;
  }

  /// Nothing will be sent again any more.
  void forget() {
    forgotten = true;
    kept = null;
    trailers = null;
  }

  /// The body is taken from there.
  void comesFrom(BufferedUpload source) {
    upload = source;
  }

  /// Whether it is taken whole before a target is asked.
  boolean buffered() {
    return upload != null;
  }

  /// Takes a piece before a target is asked; drops one that nobody has asked for.
  void takeFirst(HttpContent piece) {
    if (upload == null) {
      piece.release();
    } else {
      upload.add(piece);
    }
  }

  /// Whether it is being taken, and nothing but more of it is waited for.
  boolean awaitsClient() {
    return upload != null && upload.awaitsClient();
  }

  /// Makes a request's headers say how the body comes.
  void frame(HttpHeaders headers) {
    if (upload != null) {
      upload.frame(headers);
    }
  }

  void sweep(long nowNanos) {
    if (upload != null) {
      upload.sweep(nowNanos);
    }
  }

  /// Ends what is kept for it elsewhere than here.
  void close() {
    if (upload != null) {
      upload.close();
    }
  }

  /// Writes all that has been sent, in one piece, or all that was taken before; nothing when there
  /// is neither.
  void again(Upstream target) {
    if (upload != null) {
      target.write(upload.whole());
      return;
    }
    if (kept == null) {
      return;
    }
    ByteBuf bytes = Unpooled.copiedBuffer(kept);
    target.write(
        trailers == null
            ? new DefaultHttpContent(bytes)
            : new DefaultLastHttpContent(bytes, trailers));
  }
}
