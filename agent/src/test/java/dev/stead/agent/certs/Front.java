package dev.stead.agent.certs;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/// Stands in front of a [Pebble] as a CA of its own, which has the same accounts: its directory is
/// the other one's, with something changed that leads here.
final class Front implements AutoCloseable {
  static final String ORDERS = "/order";
  private static final String DIRECTORY = "/dir";

  private final Pebble pebble;
  private final HttpsServer server;

  /// @param changed makes its directory of the other one's, each time it is asked for
  Front(Pebble pebble, UnaryOperator<String> changed) throws IOException {
    this.pebble = pebble;
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(pebble.ownContext()));
    server.createContext(
        DIRECTORY,
        exchange ->
            answer(
                exchange,
                200,
                "application/json",
                changed.apply(pebble.get(pebble.authority().directory()))));
    server.start();
  }

  /// Answers what comes at a path and below it.
  void on(String path, HttpHandler handler) {
    server.createContext(path, handler);
  }

  Authority authority() {
    return new Authority(URI.create(url(DIRECTORY)), pebble.authority().trust());
  }

  String url(String path) {
    return "https://localhost:%d%s".formatted(server.getAddress().getPort(), path);
  }

  /// A directory that sends orders here, to [#ORDERS].
  String takingOrders(String directory) {
    var orders = "\"newOrder\": \"%s\"".formatted(url(ORDERS));
    return directory.replaceAll("\"newOrder\": *\"[^\"]*\"", orders);
  }

  /// Turns an order away (RFC 8555 6.6).
  static void refuse(HttpExchange exchange, String why) throws IOException {
    answer(
        exchange,
        429,
        "application/problem+json",
        """
        {"type": "urn:ietf:params:acme:error:rateLimited", "detail": "%s"}
        """
            .formatted(why));
  }

  static void answer(HttpExchange exchange, int status, String type, String body)
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
