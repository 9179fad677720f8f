package dev.stead.edge.http;

import dev.stead.edge.control.Service;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/// The body of one answer, compressed as it comes from a target or a file. Nothing of a target's is
/// held back for longer than until its connection has been read empty.
///
/// Has memory outside the heap until [#close]; so there are [#UNDER_WAY_MAX] at most for each event
/// loop, and answers beyond go as they are.
final class Compression {
  static final int UNDER_WAY_MAX = 32;

  /// What is shorter gains less than its headers cost.
  private static final long BYTES_MIN = 1_024;

  /// Less than this waits for more, or for a flush.
  private static final int PIECE_BYTES = 8 * 1024;

  private final Slots slots;
  private final Sink sink;
  private final OutputStream coder;
  private boolean closed;

  /// How many are under way on one event loop.
  static final class Slots {
    private int taken;
  }

  /// What has been compressed and not been taken yet.
  private static final class Sink extends OutputStream {
    private final ByteBufAllocator allocator;
    private ByteBuf bytes;

    Sink(ByteBufAllocator allocator) {
      this.allocator = allocator;
      this.bytes = allocator.buffer();
    }

    @Override
    public void write(int value) {
      bytes.writeByte(value);
    }

    @Override
    public void write(byte[] from, int offset, int length) {
      bytes.writeBytes(from, offset, length);
    }

    int size() {
      return bytes.readableBytes();
    }

    ByteBuf take() {
      ByteBuf taken = bytes;
      bytes = allocator.buffer();
      return taken;
    }
  }

  Compression(Coding coding, Slots slots) {
    this.slots = slots;
    this.sink = new Sink(ByteBufAllocator.DEFAULT);
    try {
      this.coder = coding.into(sink);
    } catch (IOException e) {
      sink.bytes.release();
      throw new UncheckedIOException("cannot compress by " + coding.token(), e);
    }
    slots.taken++;
  }

  /// Begins, and says so in the answer's head; null when the answer goes as it is.
  static @Nullable Compression begin(
      HttpResponse response, Inbound inbound, Service service, Slots slots) {
    HttpHeaders headers = response.headers();
    if (!service.rules().compress() || !Compressible.is(response)) {
      return null;
    }
    Compressible.vary(headers);
    String length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
    long bytes = length == null ? Long.MAX_VALUE : Long.parseLong(length.trim());
    Coding coding = inbound.head() ? null : coding(bytes, inbound, slots);
    if (coding == null) {
      return null;
    }
    Compressible.markAs(headers, coding);
    return new Compression(coding, slots);
  }

  /// How a body of so many bytes can be compressed for this client; null when it goes as it is.
  static @Nullable Coding coding(long bytes, Inbound inbound, Slots slots) {
    if (bytes < BYTES_MIN || inbound.http10() || slots.taken >= UNDER_WAY_MAX) {
      return null;
    }
    for (Coding coding : Coding.accepted(inbound.acceptEncoding())) {
      if (coding != Coding.BROTLI) {
        return coding;
      }
    }
    return null;
  }

  /// Takes a piece of the body, or its end, and gives what has come of it.
  HttpContent pass(HttpContent content) {
    try {
      content.content().readBytes(coder, content.content().readableBytes());
      if (!(content instanceof LastHttpContent last)) {
        return new DefaultHttpContent(
            sink.size() < PIECE_BYTES ? Unpooled.EMPTY_BUFFER : sink.take());
      }
      coder.close();
      var end = new DefaultLastHttpContent(sink.take());
      end.trailingHeaders().add(last.trailingHeaders());
      return end;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot compress", e);
    } finally {
      content.release();
    }
  }

  /// All that was passed until now and did not come out yet.
  HttpContent flush() {
    try {
      coder.flush();
      return new DefaultHttpContent(sink.take());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot compress", e);
    }
  }

  /// Gives back what it has; does nothing the second time.
  void close() {
    if (closed) {
      return;
    }
    closed = true;
    slots.taken--;
    try {
      coder.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot end a compression", e);
    } finally {
      sink.bytes.release();
    }
  }
}
