package dev.stead.rig.load;

import dev.stead.rig.host.Entrance;
import dev.stead.rig.host.Http2Connection;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/// The visitors of the app `calls`, which speak gRPC as it is on the wire (gRPC over HTTP/2): each
/// message behind a byte that says that it is not compressed, and four that say how long it is.
final class Calls {
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final int PREFIX_BYTES = 5;

  private Calls() {}

  /// Calls, sends one message after a while, and is answered with one.
  static Visitor unary(Entrance edge) {
    return new KeptStreams(
        edge,
        "calls",
        connection -> {
          begin(connection, "Hello");
          LockSupport.parkNanos(PAUSE.toNanos());
          connection.send(message("x"), true);
          var answers = new Messages(connection);
          var answer = answers.next();
          if (!answer.matches("release \\d+: x")) {
            throw new IOException("the call was answered with '" + answer + "'");
          }
          answers.end();
          return Ending.DONE;
        });
  }

  /// Sends messages and is sent them back for a while, then ends the call.
  static Visitor stream(Entrance edge, Supplier<Stay> stay) {
    return new KeptStreams(
        edge,
        "calls",
        connection -> {
          begin(connection, "Echo");
          var answers = new Messages(connection);
          answers.next();
          var leaving = stay.get();
          for (var number = 0; !leaving.isOver(); number++) {
            var said = "message " + number;
            connection.send(message(said), false);
            var heard = answers.next();
            if (!heard.equals(said)) {
              throw new IOException("'%s' was echoed as '%s'".formatted(said, heard));
            }
            LockSupport.parkNanos(PAUSE.toNanos());
          }
          connection.send(new byte[0], true);
          answers.end();
          return Ending.DONE;
        });
  }

  private static void begin(Http2Connection connection, String method) throws IOException {
    connection.begin(
        "POST",
        "/rig.Calls/" + method,
        false,
        "te",
        "trailers",
        "content-type",
        "application/grpc");
  }

  private static byte[] message(String text) {
    var bytes = text.getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(PREFIX_BYTES + bytes.length)
        .put((byte) 0)
        .putInt(bytes.length)
        .put(bytes)
        .array();
  }

  /// The messages of an answer.
  private static final class Messages {
    private final Http2Connection connection;
    private final ByteArrayOutputStream unread = new ByteArrayOutputStream();
    private boolean begun;

    private Messages(Http2Connection connection) {
      this.connection = connection;
    }

    private String next() throws IOException {
      begin();
      var length = ByteBuffer.wrap(bytes(PREFIX_BYTES)).getInt(1);
      return new String(bytes(length), StandardCharsets.US_ASCII);
    }

    private void begin() throws IOException {
      if (begun) {
        return;
      }
      begun = true;
      var head = connection.readHead();
      head.expect(200);
      if (head.headers().containsKey("grpc-status")) {
        throw new IOException("the call failed: " + head.headers());
      }
    }

    private byte[] bytes(int count) throws IOException {
      while (unread.size() < count) {
        var part = connection.readData();
        if (part.length == 0) {
          throw new EOFException("the call ended early: " + connection.trailers());
        }
        unread.write(part);
      }
      var all = ByteBuffer.wrap(unread.toByteArray());
      var wanted = new byte[count];
      all.get(wanted);
      unread.reset();
      unread.write(all.array(), count, all.remaining());
      return wanted;
    }

    /// Reads to the end, and refuses any status but OK.
    private void end() throws IOException {
      var more = connection.readData();
      if (more.length > 0 || !connection.trailers().equals(Map.of("grpc-status", "0"))) {
        var why = connection.trailers();
        throw new IOException(
            "the call ended with %d bytes more and %s".formatted(more.length, why));
      }
    }
  }
}
