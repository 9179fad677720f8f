package dev.stead.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stead.edge.control.Service;
import dev.stead.edge.http.Bounds;
import dev.stead.edge.http.Proxies;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Who is believed when he says for whom he asks.
@ExtendWith(NoLeaks.class)
final class TrustedProxiesTest {
  private static final List<String> TRUSTED = List.of("127.0.0.2/31", "2001:db8:1::/48");
  private static final Proxies SILENT = Proxies.of(TRUSTED);
  private static final Proxies ANNOUNCING = Proxies.announcing(TRUSTED);
  private static final String PROXY = "127.0.0.2";
  private static final String STRANGER = "127.0.0.9";

  private App app;

  @BeforeEach
  void start() throws IOException {
    app = App.echoing("a");
  }

  @AfterEach
  void stop() throws IOException {
    app.close();
  }

  private static EdgeUnderTest edge(Proxies proxies, Service... services) throws IOException {
    var edge = new EdgeUnderTest(Bounds.DEFAULTS, proxies);
    edge.serve(services);
    return edge;
  }

  private EdgeUnderTest edge(Proxies proxies) throws IOException {
    return edge(proxies, Tables.service(app));
  }

  /// The request as the app got it.
  private RawClient.Message through(EdgeUnderTest edge, String from, String... headers)
      throws IOException {
    try (var client = RawClient.connectFrom(from, edge.port())) {
      assertThat(ask(client, headers).status()).isEqualTo(200);
    }
    return app.requests().getLast();
  }

  private static RawClient.Message ask(RawClient client, String... headers) throws IOException {
    String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
    return client.send("GET / HTTP/1.1\r\nHost: app.test\r\n" + more + "\r\n").message();
  }

  @Test
  void aStrangersWordCountsForNothing() throws IOException {
    try (var edge = edge(SILENT)) {
      RawClient.Message request =
          through(
              edge,
              STRANGER,
              "X-Forwarded-For: 198.51.100.7",
              "X-Forwarded-Proto: https",
              "X-Forwarded-Host: evil.test",
              "Forwarded: for=198.51.100.8",
              "X-Request-Id: chosen");
      assertThat(request.header("x-forwarded-for")).isEqualTo(STRANGER);
      assertThat(request.header("x-forwarded-proto")).isEqualTo("http");
      assertThat(request.header("x-forwarded-host")).isEqualTo("app.test");
      assertThat(request.header("forwarded"))
          .isEqualTo("for=" + STRANGER + ";host=\"app.test\";proto=http");
      assertThat(request.header("x-request-id")).hasSize(20);
    }
  }

  @Test
  void theClientIsTheRightmostWhoIsNotTrusted() throws IOException {
    try (var edge = edge(SILENT)) {
      RawClient.Message request =
          through(
              edge,
              PROXY,
              "X-Forwarded-For: 192.0.2.66, 198.51.100.7:4711",
              "X-Forwarded-For: 127.0.0.3, [2001:db8:1::5]:80",
              "X-Forwarded-Proto: https",
              "X-Forwarded-Host: shop.test:8443",
              "X-Request-Id: abc/1");
      assertThat(request.header("x-forwarded-for"))
          .as("what the client may have written itself is gone")
          .isEqualTo("198.51.100.7, 127.0.0.3, 2001:db8:1:0:0:0:0:5, 127.0.0.2");
      assertThat(request.header("x-forwarded-proto")).isEqualTo("https");
      assertThat(request.header("x-forwarded-host")).isEqualTo("shop.test:8443");
      assertThat(request.header("forwarded"))
          .isEqualTo(
              "for=198.51.100.7;host=\"shop.test:8443\";proto=https, for=127.0.0.3,"
                  + " for=\"[2001:db8:1:0:0:0:0:5]\", for=127.0.0.2");
      assertThat(request.header("x-request-id")).isEqualTo("abc/1");
    }
  }

  @Test
  void theStandardsHeaderIsReadToo() throws IOException {
    try (var edge = edge(SILENT)) {
      RawClient.Message request =
          through(
              edge,
              PROXY,
              "Forwarded: for=192.0.2.66, FOR=\"[2001:db8:2::1]:99\";proto=HTTPS;host=\"a.test\","
                  + " for=127.0.0.3;by=_x");
      assertThat(request.header("x-forwarded-for"))
          .isEqualTo("2001:db8:2:0:0:0:0:1, 127.0.0.3, 127.0.0.2");
      assertThat(request.header("x-forwarded-proto")).isEqualTo("https");
      assertThat(request.header("x-forwarded-host")).isEqualTo("a.test");
      request = through(edge, PROXY, "Forwarded: for=_hidden");
      assertThat(request.header("x-forwarded-for")).isEqualTo("unknown, 127.0.0.2");
      request = through(edge, PROXY, "X-Forwarded-Proto: gopher", "X-Forwarded-Host: a b");
      assertThat(request.header("x-forwarded-for")).isEqualTo(PROXY);
      assertThat(request.header("x-forwarded-proto")).isEqualTo("http");
      assertThat(request.header("x-forwarded-host")).isEqualTo("app.test");
    }
  }

  @Test
  void twoWordsThatContradictEachOtherAreRefused() throws IOException {
    try (var edge = edge(SILENT);
        var client = RawClient.connectFrom(PROXY, edge.port())) {
      RawClient.Message refused =
          ask(client, "X-Forwarded-For: 198.51.100.7", "Forwarded: for=198.51.100.8");
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.body()).contains("S-400-FORWARDED");
      assertThat(ask(client, "X-Forwarded-For: ::1", "Forwarded: for=\"[0:0::1]\"").status())
          .isEqualTo(200);
    }
  }

  @Test
  void rulesSeeTheClientAndNotTheProxy() throws IOException {
    Service guarded =
        Tables.ruled(
            Tables.service(app), RulesDraft.none().allow("198.51.100.0/24", PROXY).rules());
    try (var edge = edge(SILENT, guarded);
        var client = RawClient.connectFrom(PROXY, edge.port())) {
      assertThat(ask(client, "X-Forwarded-For: 198.51.100.7").status()).isEqualTo(200);
      assertThat(ask(client, "X-Forwarded-For: 198.51.100.7, 192.0.2.1").status()).isEqualTo(403);
      assertThat(ask(client, "X-Forwarded-For: unknown").status()).isEqualTo(403);
      assertThat(ask(client).status()).as("its own request").isEqualTo(200);
    }
  }

  @Test
  void behindAProxyWithTlsNobodyIsSentToHttpsInACircle() throws Exception {
    var authority = new Authority();
    try (var edge = edge(SILENT, Tables.secured(Tables.service(app), Duration.ofDays(1)))) {
      edge.certify(authority.certificate("app.test"));
      try (var client = RawClient.connectFrom(PROXY, edge.port())) {
        assertThat(ask(client).status()).isEqualTo(308);
        RawClient.Message secure = ask(client, "X-Forwarded-Proto: https");
        assertThat(secure.status()).isEqualTo(200);
        assertThat(secure.header("strict-transport-security")).isEqualTo("max-age=86400");
      }
    }
  }

  @Test
  void aProxyMayAnnounceItsClientsBeforeTheirFirstByte() throws IOException {
    try (var edge = edge(ANNOUNCING)) {
      try (var client = RawClient.connectFrom(PROXY, edge.port())) {
        client.send("PROXY TCP4 198.51.100.7 203.0.113.1 4711 80\r\n");
        assertThat(ask(client, "X-Forwarded-For: 192.0.2.66").status()).isEqualTo(200);
        assertThat(app.requests().getLast().header("x-forwarded-for")).isEqualTo("198.51.100.7");
        assertThat(ask(client).status()).as("once for all of the connection").isEqualTo(200);
      }
      try (var client = RawClient.connectFrom(PROXY, edge.port())) {
        client.send(version2(0x21, "2001:db8:2::1"));
        assertThat(ask(client).status()).isEqualTo(200);
        assertThat(app.requests().getLast().header("x-forwarded-for"))
            .isEqualTo("2001:db8:2:0:0:0:0:1");
      }
      try (var client = RawClient.connectFrom(PROXY, edge.port())) {
        client.send(version2(0x20, "2001:db8:2::1"));
        assertThat(ask(client, "X-Forwarded-For: 198.51.100.9").status()).isEqualTo(200);
        assertThat(app.requests().getLast().header("x-forwarded-for"))
            .as("it speaks for itself")
            .isEqualTo("198.51.100.9, 127.0.0.2");
      }
      assertThat(through(edge, STRANGER).header("x-forwarded-for")).isEqualTo(STRANGER);
      try (var client = RawClient.connectFrom(STRANGER, edge.port())) {
        client.send("PROXY TCP4 198.51.100.7 203.0.113.1 4711 80\r\n");
        assertThat(ask(client).status()).as("a stranger announces nobody").isEqualTo(400);
      }
    }
  }

  @Test
  void whatIsAnnouncedMaySpeakTls() throws Exception {
    try (var edge = edge(ANNOUNCING);
        var socket =
            new Socket(
                InetAddress.getLoopbackAddress(),
                edge.httpsPort(),
                InetAddress.ofLiteral(PROXY),
                0)) {
      socket.getOutputStream().write(version2(0x21, "2001:db8:2::1"));
      var tls =
          (SSLSocket)
              TlsClient.trustingAnybody()
                  .getSocketFactory()
                  .createSocket(socket, "app.test", edge.httpsPort(), true);
      try (var client = new RawClient(tls)) {
        assertThat(ask(client).status()).isEqualTo(200);
        RawClient.Message request = app.requests().getLast();
        assertThat(request.header("x-forwarded-for")).isEqualTo("2001:db8:2:0:0:0:0:1");
        assertThat(request.header("x-forwarded-proto")).isEqualTo("https");
      }
    }
  }

  @Test
  void aProxyThatAnnouncesNobodyIsLetGo() throws IOException {
    try (var edge = edge(ANNOUNCING)) {
      for (String bad :
          List.of("GET / HTTP/1.1\r\nHost: app.test\r\n\r\n", "PROXY " + "x".repeat(200))) {
        try (var client = RawClient.connectFrom(PROXY, edge.port())) {
          client.send(bad);
          assertThat(client.ended()).as(bad).isTrue();
        }
      }
      try (var client = RawClient.connectFrom(PROXY, edge.port())) {
        client.send("PROXY TCP4 198.51.");
        Sweeps.pass();
        edge.time().advance(Duration.ofSeconds(11));
        assertThat(client.ended()).as("one that is too slow").isTrue();
      }
      assertThat(app.requests()).isEmpty();
    }
  }

  @Test
  void aProxysConnectionsAreNotCountedForOneClient() throws IOException {
    try (var edge = new EdgeUnderTest(new Bounds(100, 2, 0, 0), SILENT)) {
      edge.serve(Tables.service(app));
      try (var one = RawClient.connectFrom(PROXY, edge.port());
          var two = RawClient.connectFrom(PROXY, edge.port());
          var three = RawClient.connectFrom(PROXY, edge.port())) {
        for (RawClient client : List.of(one, two, three)) {
          assertThat(ask(client).status()).isEqualTo(200);
        }
      }
    }
  }

  @Test
  void whoIsAnnouncedCountsForHimself() throws IOException {
    try (var edge = new EdgeUnderTest(new Bounds(100, 2, 0, 0), ANNOUNCING)) {
      edge.serve(Tables.service(app));
      try (var one = RawClient.connectFrom(PROXY, edge.port());
          var two = RawClient.connectFrom(PROXY, edge.port());
          var three = RawClient.connectFrom(PROXY, edge.port())) {
        assertThat(ask(announced(one)).status()).isEqualTo(200);
        assertThat(ask(announced(two)).status()).isEqualTo(200);
        assertThat(ask(announced(three)).status()).isEqualTo(429);
      }
    }
  }

  private static RawClient announced(RawClient client) throws IOException {
    return client.send("PROXY TCP4 198.51.100.7 203.0.113.1 4711 80\r\n");
  }

  @Test
  void settingsThatCannotBeMeantAreRefused() {
    assertThatThrownBy(() -> Proxies.of(List.of("10.0.0.0/8", "lb")))
        .hasMessageContaining("trusted-proxies: 'lb' is no address or network");
    assertThatThrownBy(() -> Proxies.announcing(List.of()))
        .hasMessageContaining("proxy-protocol is for trusted-proxies");
  }

  /// A header of version 2 for TCP over IPv6, with an extension that nobody knows.
  private static byte[] version2(int versionAndCommand, String source) throws IOException {
    var header = new ByteArrayOutputStream();
    header.write("\r\n\r\n\0\r\nQUIT\n".getBytes(StandardCharsets.ISO_8859_1));
    header.write(new byte[] {(byte) versionAndCommand, 0x21, 0, 36 + 5});
    header.write(InetAddress.ofLiteral(source).getAddress());
    header.write(InetAddress.ofLiteral("2001:db8::1").getAddress());
    header.write(new byte[] {0x12, 0x34, 0, 80, (byte) 0xE0, 0, 2, 1, 2});
    return header.toByteArray();
  }
}
