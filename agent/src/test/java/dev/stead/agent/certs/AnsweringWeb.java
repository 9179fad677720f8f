package dev.stead.agent.certs;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.stead.edge.control.ChallengeSet;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Answers a CA's questions by HTTP-01 on a port of this machine, in the edge's place.
final class AnsweringWeb implements Responder, AutoCloseable {
  private final HttpServer server;
  private volatile ChallengeSet challenges = new ChallengeSet(List.of(), List.of());

  AnsweringWeb(int port) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext("/.well-known/acme-challenge/", this::serve);
    server.start();
  }

  @Override
  public void answer(ChallengeSet set) {
    challenges = set;
  }

  /// What it answers now.
  ChallengeSet challenges() {
    return challenges;
  }

  private void serve(HttpExchange exchange) throws IOException {
    var path = exchange.getRequestURI().getPath();
    var host = exchange.getRequestHeaders().getFirst("Host");
    var found =
        challenges.http().stream()
            .filter(each -> path.endsWith("/" + each.token()) && host.startsWith(each.host()))
            .findFirst();
    try (exchange) {
      if (found.isEmpty()) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      var body = found.orElseThrow().keyAuthorization().getBytes(StandardCharsets.US_ASCII);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
