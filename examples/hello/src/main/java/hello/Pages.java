package hello;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.InputStream;

/// The pages: `/` for people, `/info` for programs, `/up` for Stead's probe.
final class Pages implements HttpHandler {
  private static final String TEXT = "text/plain; charset=utf-8";

  private final Deployment deployment;
  private final String page;

  Pages(Deployment deployment) throws IOException {
    this.deployment = deployment;
    try (InputStream template = Pages.class.getResourceAsStream("page.html")) {
      this.page =
          new String(template.readAllBytes(), UTF_8)
              .replace("{release}", Deployment.escaped(deployment.release()))
              .replace("{rows}", deployment.asTableRows());
    }
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      switch (exchange.getRequestURI().getPath()) {
        case "/" -> answer(exchange, 200, "text/html; charset=utf-8", page);
        case "/info" -> answer(exchange, 200, "application/json", deployment.asJson());
        case "/up" -> answer(exchange, 200, TEXT, "ready\n");
        default -> answer(exchange, 404, TEXT, "There is /, /info and /up.\n");
      }
    }
  }

  private static void answer(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    byte[] body = text.getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(status, -1);
    } else {
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }
}
