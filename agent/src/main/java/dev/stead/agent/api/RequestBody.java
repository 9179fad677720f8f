package dev.stead.agent.api;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/// A request's body as a blocking stream with bounded memory: the server reads from the connection
/// only as far as a few pieces ahead of the reader.
final class RequestBody extends InputStream {
  /// Pieces of at most [Api#PIECE_BYTES_MAX] read ahead.
  private static final int PIECES_AHEAD = 8;

  private final HttpServerRequest request;
  private final Context eventLoop;
  private final BlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();

  /// Most requests come whole, at once: the server need not be asked for more of them then, which
  /// would wake up the event loop.
  private volatile boolean arrived;

  /// On the event loop.
  private Runnable whenArrived = () -> {};

  private Piece current = new Bytes(Buffer.buffer());
  private int position;

  private sealed interface Piece {}

  private record Bytes(Buffer buffer) implements Piece {}

  private record End() implements Piece {}

  private record Cut() implements Piece {}

  /// Called on the event loop, before the request's first piece is handed over.
  RequestBody(HttpServerRequest request, Context eventLoop) {
    this.request = request;
    this.eventLoop = eventLoop;
    request.pause();
    request.handler(buffer -> pieces.add(new Bytes(buffer)));
    request.endHandler(_ -> arrived());
    request.exceptionHandler(_ -> cut());
    request.fetch(PIECES_AHEAD);
  }

  private void arrived() {
    arrived = true;
    pieces.add(new End());
    goOn();
  }

  private void cut() {
    pieces.add(new Cut());
    goOn();
  }

  /// Once: a connection may be cut after the body has arrived, too.
  private void goOn() {
    var action = whenArrived;
    whenArrived = () -> {};
    action.run();
  }

  /// What to do once all of it has arrived, or has broken off: reading it does not wait then. All
  /// of it is taken into memory, so it must be small. Called on the event loop, before the
  /// request's first piece is handed over.
  void whenArrived(Runnable action) {
    whenArrived = action;
    request.resume();
  }

  /// Reads all of it.
  ///
  /// @throws TooLargeException when it has more bytes
  byte[] readAll(int bytesMax) throws IOException {
    var whole = Buffer.buffer();
    while (true) {
      switch (current) {
        case End _ -> {
          return whole.getBytes();
        }
        case Cut _ -> throw new ClientLeftException("its request");
        case Bytes(var buffer) -> {
          whole.appendBuffer(buffer, position, buffer.length() - position);
          next();
        }
      }
      if (whole.length() > bytesMax) {
        throw new TooLargeException(bytesMax);
      }
    }
  }

  /// Lets the rest of it go by, so that a client that is still sending gets to read its answer.
  void discard() {
    if (arrived) {
      return;
    }
    eventLoop.runOnContext(
        _ -> {
          if (!request.isEnded()) {
            request.handler(_ -> {});
            request.resume();
          }
        });
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int at, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (true) {
      switch (current) {
        case End _ -> {
          return -1;
        }
        case Cut _ -> throw new ClientLeftException("its request");
        case Bytes(var buffer) when position < buffer.length() -> {
          var n = Math.min(length, buffer.length() - position);
          buffer.getBytes(position, position + n, into, at);
          position += n;
          return n;
        }
        case Bytes _ -> next();
      }
    }
  }

  private void next() throws IOException {
    try {
      current = pieces.take();
      position = 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while reading a request");
    }
    if (current instanceof Bytes && !arrived) {
      eventLoop.runOnContext(_ -> fetchOne());
    }
  }

  private void fetchOne() {
    if (!request.isEnded()) {
      request.fetch(1);
    }
  }

  /// A body is larger than its limit.
  static final class TooLargeException extends IOException {
    private static final long serialVersionUID = 1;

    private TooLargeException(int bytesMax) {
      super("the body is larger than %d bytes".formatted(bytesMax));
    }
  }
}
