package dev.stead.agent.certs;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/// An app that is asked which hosts it wants.
final class AskedApp implements AutoCloseable {
  private final HttpServer server;
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private volatile Set<String> wanted;

  AskedApp(String... wanted) throws IOException {
    this.wanted = Set.of(wanted);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/stead/ask", this::answer);
    server.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var host = exchange.getRequestURI().getQuery().replaceFirst("^domain=", "");
      asked.add(host);
      exchange.sendResponseHeaders(wanted.contains(host) ? 200 : 404, -1);
    }
  }

  /// Where its one instance is asked.
  List<URI> addresses() {
    return List.of(
        URI.create("http://127.0.0.1:%d/stead/ask".formatted(server.getAddress().getPort())));
  }

  /// What it was asked, in order.
  List<String> asked() {
    return asked;
  }

  void want(String... hosts) {
    wanted = Set.of(hosts);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
