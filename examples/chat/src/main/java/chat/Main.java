package chat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.server.HttpHandler;
import io.undertow.server.handlers.GracefulShutdownHandler;
import io.undertow.util.Headers;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/// Serves the room on `$HOST:$PORT`: the page at `/`, the WebSocket at `/socket`, the event stream
/// at `/events`, Stead's probe at `/up`. On SIGTERM everybody is told to connect anew, which leads
/// them to the next release.
final class Main {
  private static final int FINISH_MILLIS = 8_000; // less than stop-timeout in stead.toml, 10 s

  private Main() {}

  public static void main(String[] arguments) throws IOException {
    Map<String, String> environment = System.getenv();
    String host = environment.getOrDefault("HOST", "127.0.0.1");
    int port = Integer.parseInt(environment.getOrDefault("PORT", "8000"));
    Room room = new Room(environment.getOrDefault("STEAD_RELEASE", "no release"));

    GracefulShutdownHandler handler =
        Handlers.gracefulShutdown(
            Handlers.path()
                .addExactPath("/", text("text/html; charset=utf-8", page()))
                .addExactPath("/up", text("text/plain; charset=utf-8", "ready\n"))
                .addExactPath(
                    "/socket", Handlers.websocket((exchange, socket) -> room.join(socket)))
                .addExactPath(
                    "/events", Handlers.serverSentEvents((stream, last) -> room.join(stream))));
    Undertow server =
        Undertow.builder()
            .addHttpListener(port, host)
            .setIoThreads(2)
            .setWorkerThreads(4)
            .setHandler(handler)
            .build();
    server.start();
    System.out.printf("chat listens on http://%s:%d%n", host, port);

    Runtime.getRuntime().addShutdownHook(new Thread(() -> finish(server, handler, room), "finish"));
  }

  private static void finish(Undertow server, GracefulShutdownHandler handler, Room room) {
    handler.shutdown();
    room.close();
    try {
      handler.awaitShutdown(FINISH_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    server.stop();
    System.out.println("chat has finished");
  }

  private static HttpHandler text(String type, String text) {
    return exchange -> {
      exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, type);
      exchange.getResponseSender().send(text);
    };
  }

  private static String page() throws IOException {
    try (InputStream page = Main.class.getResourceAsStream("page.html")) {
      return new String(page.readAllBytes(), UTF_8);
    }
  }
}
