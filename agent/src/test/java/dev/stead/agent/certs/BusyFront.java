package dev.stead.agent.certs;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/// Stands in front of a [Pebble] as a CA whose limits are reached: it has the same accounts, and
/// answers every order with 429 `rateLimited` (RFC 8555, 6.6).
final class BusyFront implements AutoCloseable {
  static final int RETRY_AFTER_SECONDS = 3600;

  private final Pebble pebble;
  private final HttpsServer server;

  BusyFront(Pebble pebble) throws IOException {
    this.pebble = pebble;
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(pebble.ownContext()));
    server.createContext("/dir", this::directory);
    server.createContext("/order", BusyFront::refuse);
    server.start();
  }

  Authority authority() {
    return new Authority(URI.create(url("/dir")), pebble.authority().trust());
  }

  private String url(String path) {
    return "https://localhost:%d%s".formatted(server.getAddress().getPort(), path);
  }

  private void directory(HttpExchange exchange) throws IOException {
    var orders = "\"newOrder\": \"%s\"".formatted(url("/order"));
    var directory =
        pebble.get(pebble.authority().directory()).replaceAll("\"newOrder\": *\"[^\"]*\"", orders);
    answer(exchange, 200, "application/json", directory);
  }

  private static void refuse(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().add("Retry-After", Integer.toString(RETRY_AFTER_SECONDS));
    answer(
        exchange,
        429,
        "application/problem+json",
        """
        {"type": "urn:ietf:params:acme:error:rateLimited", "detail": "too many certificates"}
        """);
  }

  private static void answer(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    try (exchange) {
      var bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().add("Content-Type", type);
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
