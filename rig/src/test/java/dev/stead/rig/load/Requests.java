package dev.stead.rig.load;

import dev.stead.rig.host.Connection;
import dev.stead.rig.host.Connection.Head;
import dev.stead.rig.host.Entrance;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The visitors whose exchanges are plain requests. A connection is kept for the next request and
/// made anew only when an answer says that it was the last one, or after a failure.
final class Requests {
  private static final int DOWNLOAD_BYTES = 512 * 1024;
  private static final int READ_BYTES = 16 * 1024;
  private static final Duration READ_PAUSE = Duration.ofMillis(10);
  private static final Duration POST_PAUSE = Duration.ofMillis(80);
  private static final String FILLER = "x".repeat(4_000);
  private static final String DOWNLOAD_SHA256 = sha256OfLines(DOWNLOAD_BYTES / 16);

  private Requests() {}

  /// Asks for a page that must be there.
  static Visitor get(Entrance edge, String app, String path) {
    return new Kept(
        edge,
        app,
        connection -> {
          connection.sendHead("GET", path, "");
          var head = connection.readHead();
          var body = connection.readBody(head);
          head.expect(200);
          if (body.isBlank()) {
            throw new IOException("an empty answer");
          }
          return head;
        });
  }

  /// @param ids gives an id that was never sent before
  static Visitor post(Entrance edge, Supplier<String> ids) {
    return new Kept(
        edge,
        "load",
        connection -> {
          var id = ids.get();
          var body = (id + "\n" + FILLER).getBytes(StandardCharsets.US_ASCII);
          connection.sendHead("POST", "/count", "Content-Length: " + 2 * body.length + "\r\n");
          connection.send(body);
          LockSupport.parkNanos(POST_PAUSE.toNanos());
          connection.send(body);
          var head = connection.readHead();
          var answer = connection.readBody(head);
          head.expect(200);
          if (!answer.equals(id)) {
            throw new IOException("%s was answered with %s".formatted(id, answer));
          }
          return head;
        });
  }

  static Visitor download(Entrance edge) {
    return new Kept(
        edge,
        "load",
        connection -> {
          connection.sendHead("GET", "/download?bytes=" + DOWNLOAD_BYTES + "&wait=400", "");
          var head = connection.readHead();
          head.expect(200);
          var digest = sha256();
          var left = DOWNLOAD_BYTES;
          while (left > 0) {
            var part = connection.in().readNBytes(Math.min(left, READ_BYTES));
            if (part.length == 0) {
              throw new EOFException("%d bytes of %d missing".formatted(left, DOWNLOAD_BYTES));
            }
            digest.update(part);
            left -= part.length;
            LockSupport.parkNanos(READ_PAUSE.toNanos());
          }
          if (!HexFormat.of().formatHex(digest.digest()).equals(DOWNLOAD_SHA256)) {
            throw new IOException("other bytes than the app sent");
          }
          return head;
        });
  }

  private interface Exchange {
    /// Returns the head of the answer, which has been read whole.
    Head over(Connection connection) throws IOException;
  }

  private static final class Kept implements Visitor {
    private final Entrance edge;
    private final String app;
    private final Exchange exchange;
    private @Nullable Connection connection;

    private Kept(Entrance edge, String app, Exchange exchange) {
      this.edge = edge;
      this.app = app;
      this.exchange = exchange;
    }

    @Override
    public Ending visit() throws IOException {
      var kept = connection == null ? new Connection(edge, app) : connection;
      connection = null;
      try {
        if (exchange.over(kept).isLast()) {
          kept.close();
        } else {
          connection = kept;
        }
      } catch (IOException e) {
        kept.close();
        throw e;
      }
      return Ending.DONE;
    }

    @Override
    public void close() throws IOException {
      if (connection != null) {
        connection.close();
      }
    }
  }

  private static String sha256OfLines(int lines) {
    var digest = sha256();
    IntStream.range(0, lines)
        .mapToObj("%015d\n"::formatted)
        .forEach(line -> digest.update(line.getBytes(StandardCharsets.US_ASCII)));
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
