package dev.stead.edge;

import static dev.stead.edge.RawStreams.request;

import dev.stead.edge.control.Service;
import dev.stead.edge.control.Service.Protocol;
import java.io.IOException;
import java.time.Duration;

/// Calls of gRPC as frames, and apps that answer them.
final class Calls {
  static final Duration DRAIN = Duration.ofSeconds(5);
  static final Duration DRAIN_STREAMS = Duration.ofMinutes(1);

  private Calls() {}

  static Service h2c(App... apps) {
    return Tables.speaking(
        Tables.limited(Tables.service(apps), Tables.drains(DRAIN, DRAIN_STREAMS)), Protocol.H2C);
  }

  /// What an app does on one connection, which is closed when it returns.
  interface Script {
    void serve(RawStreams streams) throws IOException;
  }

  /// An app named `a` that speaks HTTP/2.
  static App app(Script script) throws IOException {
    return new App("a", (self, wire) -> script.serve(RawStreams.accept(wire)));
  }

  static String[] call(String method) {
    return request("POST", method, "content-type", "application/grpc", "te", "trailers");
  }

  static RawStreams.Frame begun(RawStreams app) throws IOException {
    return app.await(frame -> frame.type() == RawStreams.HEADERS);
  }

  static void answerHead(RawStreams app, int stream) throws IOException {
    app.head(stream, false, ":status", "200", "content-type", "application/grpc");
  }

  /// Sends back what comes, message by message, and ends well when the client has ended.
  static void echo(App self, RawClient wire) throws IOException {
    RawStreams app = RawStreams.accept(wire);
    while (true) {
      RawStreams.Frame next = app.read();
      if (next.type() == RawStreams.HEADERS) {
        answerHead(app, next.stream());
      }
      if (next.type() == RawStreams.DATA && !next.text().isEmpty()) {
        app.data(next.stream(), false, next.text());
        app.more(next.stream(), next.text().length());
      }
      if (next.ends()) {
        app.head(next.stream(), true, "grpc-status", "0");
      }
    }
  }
}
