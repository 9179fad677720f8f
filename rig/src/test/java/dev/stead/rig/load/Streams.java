package dev.stead.rig.load;

import dev.stead.rig.host.Entrance;
import dev.stead.rig.host.Http2Connection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The visitors of the app `load` that speak HTTP/2.
final class Streams {
  private static final Duration POST_PAUSE = Duration.ofMillis(80);
  private static final String FILLER = "x".repeat(4_000);

  private Streams() {}

  /// Asks for a page that must be there.
  static Visitor get(Entrance edge, String path) {
    return new KeptStreams(
        edge,
        "load",
        connection -> {
          connection.begin("GET", path, true);
          connection.readHead().expect(200);
          if (connection.readBody().isBlank()) {
            throw new IOException("an empty answer");
          }
          return Ending.DONE;
        });
  }

  /// @param ids gives an id that was never sent before
  static Visitor post(Entrance edge, Supplier<String> ids) {
    var unprocessed = new AtomicReference<@Nullable String>();
    return new KeptStreams(
        edge,
        "load",
        connection -> {
          var again = unprocessed.getAndSet(null);
          var id = again == null ? ids.get() : again;
          try {
            post(connection, id);
          } catch (Http2Connection.UnprocessedException e) {
            unprocessed.set(id);
            throw e;
          }
          return Ending.DONE;
        });
  }

  private static void post(Http2Connection connection, String id) throws IOException {
    var body = (id + "\n" + FILLER).getBytes(StandardCharsets.US_ASCII);
    connection.begin("POST", "/count", false);
    connection.send(body, false);
    LockSupport.parkNanos(POST_PAUSE.toNanos());
    connection.send(body, true);
    connection.readHead().expect(200);
    var answer = connection.readBody();
    if (!answer.equals(id)) {
      throw new IOException("%s was answered with %s".formatted(id, answer));
    }
  }

  /// Reads events for a while and checks that none is missing.
  static Visitor events(Entrance edge, Supplier<Stay> stay) {
    return new KeptStreams(
        edge,
        "load",
        connection -> {
          connection.begin("GET", "/events", true, "accept", "text/event-stream");
          connection.readHead().expect(200);
          var events = new Events();
          var leaving = stay.get();
          while (!leaving.isOver()) {
            var part = connection.readData();
            if (part.length == 0) {
              return new Ending.Cut(events.release(), "end of stream");
            }
            events.read(part);
          }
          connection.cancel();
          return Ending.DONE;
        });
  }
}
