package dev.stead.agent.certs;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Stands in front of a [Pebble] as a CA that suggests when certificates are renewed (RFC 9773),
/// which that one does not. When it no longer passes orders on it keeps what they say, and refuses
/// them.
final class SuggestingFront implements AutoCloseable {
  private static final String WINDOWS = "/renewal-info/";

  private final Pebble pebble;
  private final HttpsServer server;
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<String> orders = new CopyOnWriteArrayList<>();
  private volatile Instant start;
  private volatile boolean passesOrders = true;

  /// @param start where the window of a day begins that it suggests
  SuggestingFront(Pebble pebble, Instant start) throws IOException {
    this.pebble = pebble;
    this.start = start;
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(pebble.ownContext()));
    server.createContext("/dir", this::directory);
    server.createContext(WINDOWS, this::window);
    server.createContext("/order", this::keep);
    server.start();
  }

  Authority authority() {
    return new Authority(URI.create(url("/dir")), pebble.authority().trust());
  }

  void suggest(Instant from) {
    start = from;
  }

  void keepOrders() {
    passesOrders = false;
  }

  /// The certificates that were asked about, as RFC 9773 4.1 names them.
  List<String> asked() {
    return asked;
  }

  /// What the orders say that it has kept.
  List<String> orders() {
    return orders;
  }

  private String url(String path) {
    return "https://localhost:%d%s".formatted(server.getAddress().getPort(), path);
  }

  private void directory(HttpExchange exchange) throws IOException {
    var own =
        "{\"renewalInfo\": \"%s\",".formatted(url(WINDOWS.substring(0, WINDOWS.length() - 1)));
    var directory = pebble.get(pebble.authority().directory()).replaceFirst("\\{", own);
    var orders = "\"newOrder\": \"%s\"".formatted(url("/order"));
    answer(
        exchange,
        200,
        "application/json",
        passesOrders ? directory : directory.replaceAll("\"newOrder\": *\"[^\"]*\"", orders));
  }

  private void window(HttpExchange exchange) throws IOException {
    asked.add(exchange.getRequestURI().getPath().substring(WINDOWS.length()));
    exchange.getResponseHeaders().add("Retry-After", "21600");
    var from = start.truncatedTo(ChronoUnit.SECONDS);
    answer(
        exchange,
        200,
        "application/json",
        "{\"suggestedWindow\": {\"start\": \"%s\", \"end\": \"%s\"}}"
            .formatted(from, from.plus(Duration.ofDays(1))));
  }

  private void keep(HttpExchange exchange) throws IOException {
    var text = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    var payload = text.replaceAll("(?s).*\"payload\": *\"([^\"]*)\".*", "$1");
    orders.add(new String(Base64.getUrlDecoder().decode(payload), StandardCharsets.UTF_8));
    answer(
        exchange,
        429,
        "application/problem+json",
        """
        {"type": "urn:ietf:params:acme:error:rateLimited", "detail": "no more orders"}
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
