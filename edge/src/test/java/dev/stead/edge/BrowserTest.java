package dev.stead.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// A real browser, over HTTP/2 with a certificate that it trusts.
@ExtendWith(NoLeaks.class)
final class BrowserTest {
  /// Its picture comes when all is done, so that the page counts as loaded only then.
  private static final String PAGE =
      """
      <!doctype html><title>a page</title><pre id="done">nothing</pre><img src="/picture">
      <script>
      const lines = [];
      const heard = (source, name) => new Promise((yes, no) => {
        source.addEventListener(name, yes);
        source.addEventListener("error", no);
      });
      async function all() {
        const answer = await fetch("/fetch", { method: "POST", body: "a question" });
        lines.push("fetch " + await answer.text());
        const events = new EventSource("/events");
        lines.push("event " + (await heard(events, "message")).data);
        events.close();
        const socket = new WebSocket("/socket");
        await heard(socket, "open");
        socket.send("hello");
        lines.push("socket " + (await heard(socket, "message")).data);
        socket.close();
        lines.push("over " + performance.getEntriesByType("navigation")[0].nextHopProtocol);
      }
      all().catch(e => lines.push("failed " + e)).finally(() => {
        document.getElementById("done").textContent = lines.join("\\n");
        fetch("/done");
      });
      </script>
      """;

  private final Authority authority = new Authority();
  private final CountDownLatch done = new CountDownLatch(1);

  private void serve(App app, RawClient wire) throws IOException {
    while (true) {
      RawClient.Message request = app.receive(wire);
      switch (request.start().split(" ", 3)[1]) {
        case "/" -> wire.send(page(PAGE));
        case "/fetch" -> wire.send(App.ok("an answer to " + request.body()));
        case "/events" ->
            wire.send(
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\nb\r\ndata: one\n\n\r\n");
        case "/socket" -> talk(wire, request);
        case "/picture" -> {
          Latches.await(done);
          wire.send(App.ok(""));
        }
        case "/done" -> {
          done.countDown();
          wire.send(App.ok(""));
        }
        default -> wire.send("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
      }
    }
  }

  private static String page(String html) {
    return "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(html.length(), html);
  }

  /// Agrees, and sends one short frame of text back (RFC 6455 5.2).
  private static void talk(RawClient wire, RawClient.Message request) throws IOException {
    wire.send(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Accept: "
            + accept(request.header("sec-websocket-key"))
            + "\r\n\r\n");
    String head = wire.exactly(2);
    int length = head.charAt(1) & 0x7F;
    String mask = wire.exactly(4);
    String masked = wire.exactly(length);
    var text = new StringBuilder("\u0081").append((char) (length + "echo ".length()));
    text.append("echo ");
    for (int i = 0; i < length; i++) {
      text.append((char) (masked.charAt(i) ^ mask.charAt(i % 4)));
    }
    wire.send(text.toString());
    wire.toEnd();
  }

  /// RFC 6455 4.2.2.
  private static String accept(String key) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-1")
              .digest(
                  (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                      .getBytes(StandardCharsets.US_ASCII));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /// Has it trust the test's CA, and no directory of this machine's user.
  private void trust(Path home) throws IOException, InterruptedException {
    Path database = Files.createDirectories(home.resolve(".pki/nssdb"));
    String place = "sql:" + database;
    Program.run(home, "certutil", "-d", place, "-N", "--empty-password");
    String root = authority.rootFile(home).toString();
    String said =
        Program.run(home, "certutil", "-d", place, "-A", "-t", "C,,", "-n", "root", "-i", root);
    assertThat(said).isEmpty();
  }

  @Test
  void aPageFetchesListensAndTalksOverHttp2(@TempDir Path home) throws Exception {
    trust(home);
    try (var app = new App("a", this::serve);
        var edge = new EdgeUnderTest(Tables.service(app))) {
      edge.certify(authority.certificate("app.test"));
      String dom =
          Program.run(
              home,
              "chromium",
              "--headless",
              "--no-sandbox",
              "--disable-gpu",
              "--disable-dev-shm-usage",
              "--user-data-dir=" + home.resolve("profile"),
              "--host-resolver-rules=MAP app.test 127.0.0.1",
              "--dump-dom",
              "https://app.test:" + edge.httpsPort() + "/");
      assertThat(dom)
          .contains("fetch an answer to a question\nevent one\nsocket echo hello\nover h2");
      assertThat(app.requests())
          .filteredOn(request -> request.start().contains(" /socket "))
          .singleElement()
          .matches(request -> request.header("via").equals("2 stead"));
    }
  }
}
