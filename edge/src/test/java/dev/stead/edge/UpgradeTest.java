package dev.stead.edge;

import static dev.stead.edge.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Connections that become something else than HTTP.
@ExtendWith(NoLeaks.class)
final class UpgradeTest {
  private static final String ASK =
      "GET / HTTP/1.1\r\nHost: app.test\r\nConnection: upgrade\r\nUpgrade: echo/1\r\n\r\n";
  private static final String AGREE =
      "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo/1\r\n\r\n";

  @Test
  void bytesGoBothWaysAsTheyAreEvenThoseSentAlongWithTheHead() throws IOException {
    try (var app =
            new App(
                "a",
                (self, wire) -> {
                  assertThat(wire.head().header("upgrade")).isEqualTo("echo/1");
                  wire.send(AGREE + "\0first\n");
                  assertThat(wire.exactly(5)).isEqualTo("\r\n\0\r\n");
                  wire.send("second");
                  wire.read();
                });
        var edge = new EdgeUnderTest(Tables.service(app));
        var client = edge.connect()) {
      client.send(ASK);
      assertThat(client.head().status()).isEqualTo(101);
      assertThat(client.exactly(7)).isEqualTo("\0first\n");
      client.send("\r\n\0\r\n");
      assertThat(client.exactly(6)).isEqualTo("second");
      assertThat(edge.target("a")).isNotNull().matches(t -> t.streams() == 1 && t.requests() == 0);
    }
  }

  @Test
  void eachWayEndsOnItsOwn() throws IOException {
    try (var app =
            new App(
                "a",
                (self, wire) -> {
                  wire.head();
                  wire.send(AGREE);
                  String all = wire.toEnd();
                  wire.send("you said " + all);
                });
        var edge = new EdgeUnderTest(Tables.service(app));
        var client = edge.connect()) {
      client.send(ASK);
      client.head();
      client.send("all of it");
      client.shutdownOutput();
      assertThat(client.toEnd()).isEqualTo("you said all of it");
      eventually("nothing is in flight", () -> edge.inFlight("a") == 0);
    }
  }

  @Test
  void theAppMayEndItsSideFirst() throws IOException {
    var seen = new CountDownLatch(1);
    try (var app =
            new App(
                "a",
                (self, wire) -> {
                  wire.head();
                  wire.send(AGREE + "bye");
                  wire.shutdownOutput();
                  assertThat(wire.toEnd()).isEqualTo("more");
                  seen.countDown();
                });
        var edge = new EdgeUnderTest(Tables.service(app));
        var client = edge.connect()) {
      client.send(ASK);
      client.head();
      assertThat(client.toEnd()).isEqualTo("bye");
      client.send("more");
      client.shutdownOutput();
      eventually("the app has read to the end", () -> seen.getCount() == 0);
      eventually("nothing is in flight", () -> edge.inFlight("a") == 0);
    }
  }

  @Test
  void manyBytesPassATunnelWhole() throws IOException {
    var sent = "0123456789abcdef".repeat(500_000);
    try (var app =
            new App(
                "a",
                (self, wire) -> {
                  wire.head();
                  wire.send(AGREE);
                  String all = wire.exactly(sent.length());
                  wire.send(all);
                });
        var edge = new EdgeUnderTest(Tables.service(app));
        var client = edge.connect()) {
      client.send(ASK);
      client.head();
      client.send(sent);
      assertThat(client.exactly(sent.length())).isEqualTo(sent);
      assertThat(client.ended()).isTrue();
    }
  }

  @Test
  void anUpgradeToHttp2IsIgnored() throws IOException {
    try (var app = App.echoing("a");
        var edge = new EdgeUnderTest(Tables.service(app));
        var client = edge.connect()) {
      client.send(
          "GET / HTTP/1.1\r\nHost: app.test\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
              + "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n");
      assertThat(client.message().status()).isEqualTo(200);
      assertThat(app.requests().getFirst().headers())
          .doesNotContainKeys("upgrade", "connection", "http2-settings");
    }
  }

  @Test
  void anAppThatDeclinesAnswersAsUsual() throws IOException {
    try (var app = App.echoing("a");
        var edge = new EdgeUnderTest(Tables.service(app));
        var client = edge.connect()) {
      assertThat(client.send(ASK).message().status()).isEqualTo(200);
      assertThat(client.get("/next").message().status()).isEqualTo(200);
    }
  }

  @Test
  void anAppThatSwitchesWithoutBeingAskedIsRefused() throws IOException {
    try (var app =
            new App(
                "a",
                (self, wire) -> {
                  self.receive(wire);
                  wire.send(AGREE);
                });
        var edge = new EdgeUnderTest(Tables.service(app));
        var client = edge.connect()) {
      assertThat(client.get("/").message().body()).contains("S-502-ANSWER");
    }
  }

  private static final String AGREE_WEB_SOCKET =
      "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
          + "Sec-WebSocket-Accept: x\r\nSec-WebSocket-Protocol: chat\r\n\r\n";

  @Test
  void aWebSocketPassesAStreamOfHttp2() throws IOException {
    try (var app =
            new App(
                "a",
                (self, wire) -> {
                  RawClient.Message asked = wire.head();
                  assertThat(asked.start()).isEqualTo("GET /chat HTTP/1.1");
                  assertThat(asked.header("upgrade")).isEqualTo("websocket");
                  assertThat(asked.header("connection")).isEqualTo("upgrade");
                  assertThat(asked.header("sec-websocket-key")).hasSize(24);
                  assertThat(asked.header("sec-websocket-version")).isEqualTo("13");
                  wire.send(AGREE_WEB_SOCKET + "first");
                  wire.send("you said " + wire.toEnd());
                });
        var edge = new EdgeUnderTest(Tables.service(app));
        var client = RawStreams.connect(edge)) {
      RawStreams.Frame settings = client.await(frame -> frame.type() == RawStreams.SETTINGS);
      assertThat(settings.text()).contains("\0\u0008\0\0\0\u0001");
      client.head(1, false, RawStreams.webSocket("/chat")).data(1, false, "early ");
      RawStreams.Frame head = client.await(frame -> frame.type() == RawStreams.HEADERS);
      assertThat(head.headers())
          .contains(":status: 200", "sec-websocket-protocol: chat")
          .noneMatch(header -> header.startsWith("sec-websocket-accept"));
      assertThat(client.await(frame -> frame.type() == RawStreams.DATA).text()).isEqualTo("first");
      assertThat(edge.target("a")).isNotNull().matches(t -> t.streams() == 1 && t.requests() == 0);
      client.data(1, false, "and ").data(1, true, "late");
      assertThat(client.answer(1).body()).isEqualTo("you said early and late");
      eventually("nothing is in flight", () -> edge.inFlight("a") == 0);
    }
  }

  @Test
  void anAppThatWantsNoWebSocketRefusesItOverHttp2Too() throws IOException {
    try (var app =
            new App(
                "a",
                (self, wire) -> {
                  while (true) {
                    boolean forbids = self.receive(wire).start().contains("/chat");
                    wire.send(
                        forbids
                            ? "HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno"
                            : App.ok("page"));
                  }
                });
        var edge = new EdgeUnderTest(Tables.service(app));
        var client = RawStreams.connect(edge)) {
      RawStreams.Answer refused = client.head(1, false, RawStreams.webSocket("/chat")).answer(1);
      assertThat(refused.status()).isEqualTo(":status: 403");
      assertThat(refused.body()).isEqualTo("no");
      RawStreams.Answer misled = client.head(3, false, RawStreams.webSocket("/page")).answer(3);
      assertThat(misled.status()).isEqualTo(":status: 502");
      assertThat(misled.body()).contains("S-502-ANSWER");
    }
  }
}
