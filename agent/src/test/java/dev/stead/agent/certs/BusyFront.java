package dev.stead.agent.certs;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;

/// A [Front] of a CA whose limits are reached: it refuses every order.
final class BusyFront implements AutoCloseable {
  static final int RETRY_AFTER_SECONDS = 3600;

  private final Front front;

  BusyFront(Pebble pebble) throws IOException {
    front = new Front(pebble, this::directory);
    front.on(Front.ORDERS, BusyFront::refuse);
  }

  Authority authority() {
    return front.authority();
  }

  private String directory(String pebbles) {
    return front.takingOrders(pebbles);
  }

  private static void refuse(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().add("Retry-After", Integer.toString(RETRY_AFTER_SECONDS));
    Front.refuse(exchange, "too many certificates");
  }

  @Override
  public void close() {
    front.close();
  }
}
