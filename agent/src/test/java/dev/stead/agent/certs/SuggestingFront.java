package dev.stead.agent.certs;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A [Front] of a CA that suggests when certificates are renewed (RFC 9773), which [Pebble] does
/// not. When it no longer passes orders on it keeps what they say, and refuses them.
final class SuggestingFront implements AutoCloseable {
  private static final String WINDOWS = "/renewal-info/";

  private final Front front;
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<String> orders = new CopyOnWriteArrayList<>();
  private volatile Instant start;
  private volatile boolean passesOrders = true;

  /// @param start where the window of a day begins that it suggests
  SuggestingFront(Pebble pebble, Instant start) throws IOException {
    this.start = start;
    front = new Front(pebble, this::directory);
    front.on(WINDOWS, this::window);
    front.on(Front.ORDERS, this::keep);
  }

  Authority authority() {
    return front.authority();
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

  private String directory(String pebbles) {
    var windows = front.url(WINDOWS.substring(0, WINDOWS.length() - 1));
    var own = pebbles.replaceFirst("\\{", "{\"renewalInfo\": \"%s\",".formatted(windows));
    return passesOrders ? own : front.takingOrders(own);
  }

  private void window(HttpExchange exchange) throws IOException {
    asked.add(exchange.getRequestURI().getPath().substring(WINDOWS.length()));
    exchange.getResponseHeaders().add("Retry-After", "21600");
    var from = start.truncatedTo(ChronoUnit.SECONDS);
    Front.answer(
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
    Front.refuse(exchange, "no more orders");
  }

  @Override
  public void close() {
    front.close();
  }
}
