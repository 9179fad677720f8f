package dev.stead.agent.api;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.concurrent.ExecutionException;

/// The body of an answer as a blocking stream: every write is on its way at once, and waits when
/// the client does not read. Safe for concurrent use; one write's bytes stay together.
final class AnswerStream extends OutputStream {
  /// So many bytes may be under way before a write waits.
  private static final int WINDOW_BYTES = 256 << 10;

  private final HttpServerResponse response;
  private int underWay;

  AnswerStream(HttpServerResponse response) {
    this.response = response;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int at, int length) throws IOException {
    if (response.closed()) {
      throw new ClientLeftException("its answer");
    }
    var written = response.write(Buffer.buffer(length).appendBytes(bytes, at, length));
    underWay += length;
    if (underWay >= WINDOW_BYTES) {
      await(written);
      underWay = 0;
    }
  }

  @Override
  public synchronized void close() throws IOException {
    if (!response.ended() && !response.closed()) {
      await(response.end());
    }
  }

  /// Blocks until the server has handed it to the connection.
  static void await(Future<Void> written) throws IOException {
    try {
      written.toCompletionStage().toCompletableFuture().get();
    } catch (ExecutionException e) {
      var left = new ClientLeftException("its answer");
      left.initCause(e);
      throw left;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while answering");
    }
  }
}
