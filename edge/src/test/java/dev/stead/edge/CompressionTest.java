package dev.stead.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Answers that the edge makes smaller on their way.
@ExtendWith(NoLeaks.class)
final class CompressionTest {
  private static final String TEXT = "The quick brown fox jumps over the lazy dog. ".repeat(100);
  private static final String PLAIN = "Content-Type: text/plain\r\n";

  /// Answers everything with this head and [#TEXT].
  private static App answering(String head) throws IOException {
    return new App(
        "a",
        (self, wire) -> {
          while (true) {
            self.receive(wire);
            wire.send(
                "HTTP/1.1 200 OK\r\n"
                    + head
                    + "Content-Length: "
                    + TEXT.length()
                    + "\r\n\r\n"
                    + TEXT);
          }
        });
  }

  private static RawClient asking(RawClient client, String accept) throws IOException {
    return client.send(
        "GET / HTTP/1.1\r\nHost: app.test\r\nAccept-Encoding: " + accept + "\r\n\r\n");
  }

  private static InputStream decoding(RawClient.Message answer, String body) throws IOException {
    var bytes = new ByteArrayInputStream(body.getBytes(StandardCharsets.ISO_8859_1));
    return switch (answer.header("content-encoding")) {
      case "gzip" -> new GZIPInputStream(bytes);
      case "zstd" -> new ZstdInputStream(bytes);
      default -> bytes;
    };
  }

  private static String decoded(RawClient.Message answer) throws IOException {
    return new String(decoding(answer, answer.body()).readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  @Test
  void theBestOfWhatTheClientTakesIsChosen() throws IOException {
    Map<String, String> chosen =
        Map.of(
            "gzip, deflate, br, zstd", "zstd",
            "gzip, br", "gzip",
            "zstd;q=0.5, GZIP;q=0.8", "gzip",
            "zstd;q=0, *", "gzip",
            "gzip;q=0.001", "gzip",
            "gzip;q=2", "",
            "gzip;q=0, zstd;q=0.000", "",
            "br, identity", "",
            "*;q=0", "");
    try (var app = answering(PLAIN + "ETag: \"v1\"\r\nAccept-Ranges: bytes\r\nVary: Origin\r\n");
        var edge = new EdgeUnderTest(Tables.service(app));
        var client = edge.connect()) {
      for (Map.Entry<String, String> each : chosen.entrySet()) {
        RawClient.Message answer = asking(client, each.getKey()).message();
        assertThat(answer.header("content-encoding")).as(each.getKey()).isEqualTo(each.getValue());
        assertThat(decoded(answer)).as(each.getKey()).isEqualTo(TEXT);
        assertThat(answer.header("vary")).isEqualTo("Origin, accept-encoding");
        boolean compressed = !each.getValue().isEmpty();
        assertThat(answer.header("etag")).isEqualTo(compressed ? "W/\"v1\"" : "\"v1\"");
        assertThat(answer.header("accept-ranges")).isEqualTo(compressed ? "" : "bytes");
        assertThat(answer.body().length()).isLessThan(compressed ? 400 : 10_000);
      }
      RawClient.Message unasked = client.get("/").message();
      assertThat(unasked.body()).isEqualTo(TEXT);
      assertThat(unasked.header("vary")).contains("accept-encoding");
    }
  }

  @Test
  void whatWouldGainNothingOrMustNotChangeIsLeftAlone() throws IOException {
    for (String head :
        List.of(
            "Content-Type: image/png\r\n",
            "Content-Type: text/event-stream\r\n",
            "",
            PLAIN + "Content-Encoding: x-own\r\n",
            PLAIN + "Cache-Control: public, No-Transform\r\n",
            PLAIN + "Content-Digest: sha-256=:x:\r\n",
            PLAIN + "Content-Range: bytes 0-4499/9000\r\n")) {
      try (var app = answering(head);
          var edge = new EdgeUnderTest(Tables.service(app));
          var client = edge.connect()) {
        RawClient.Message answer = asking(client, "gzip").message();
        assertThat(answer.body()).as(head).isEqualTo(TEXT);
        assertThat(answer.headers()).as(head).doesNotContainKey("vary");
      }
    }
    try (var app =
            new App(
                "a",
                (self, wire) -> {
                  while (true) {
                    self.receive(wire);
                    wire.send("HTTP/1.1 200 OK\r\n" + PLAIN + "Content-Length: 5\r\n\r\nsmall");
                  }
                });
        var edge = new EdgeUnderTest(Tables.service(app));
        var client = edge.connect()) {
      assertThat(asking(client, "gzip").message().body()).isEqualTo("small");
    }
  }

  @Test
  void anAppMayForbidIt() throws IOException {
    try (var app = answering(PLAIN);
        var edge =
            new EdgeUnderTest(
                Tables.ruled(Tables.service(app), RulesDraft.none().uncompressed().rules()));
        var client = edge.connect()) {
      assertThat(asking(client, "gzip").message().body()).isEqualTo(TEXT);
    }
  }

  @Test
  void headAndOldClientsGetWhatTheAppSays() throws IOException {
    try (var app =
            new App(
                "a",
                (self, wire) -> {
                  while (true) {
                    boolean head = self.receive(wire).start().startsWith("HEAD");
                    wire.send(
                        "HTTP/1.1 200 OK\r\n"
                            + PLAIN
                            + "Content-Length: "
                            + TEXT.length()
                            + "\r\n\r\n"
                            + (head ? "" : TEXT));
                  }
                });
        var edge = new EdgeUnderTest(Tables.service(app));
        var client = edge.connect()) {
      client.send("HEAD / HTTP/1.1\r\nHost: app.test\r\nAccept-Encoding: gzip\r\n\r\n");
      RawClient.Message head = client.head();
      assertThat(head.header("content-length")).isEqualTo(Integer.toString(TEXT.length()));
      client.send("GET / HTTP/1.0\r\nHost: app.test\r\nAccept-Encoding: gzip\r\n\r\n");
      assertThat(client.message().body()).isEqualTo(TEXT);
    }
  }

  @Test
  void whatTheAppHasSentIsNeverHeldBack() throws IOException {
    for (String coding : List.of("gzip", "zstd")) {
      var go = new CountDownLatch(1);
      try (var app =
              new App(
                  "a",
                  (self, wire) -> {
                    self.receive(wire);
                    wire.send(
                        "HTTP/1.1 200 OK\r\n"
                            + PLAIN
                            + "Transfer-Encoding: chunked\r\nTrailer: X-End\r\n\r\n5\r\nfirst\r\n");
                    Latches.await(go);
                    wire.send("6\r\nsecond\r\n0\r\nX-End: yes\r\n\r\n");
                  });
          var edge = new EdgeUnderTest(Tables.service(app));
          var client = edge.connect()) {
        RawClient.Message head = asking(client, coding).head();
        assertThat(head.header("content-encoding")).isEqualTo(coding);
        String first = client.chunk();
        assertThat(decoding(head, first).readNBytes(5))
            .isEqualTo("first".getBytes(StandardCharsets.US_ASCII));
        go.countDown();
        var all = new StringBuilder(first);
        String line = client.line();
        while (!line.equals("0")) {
          all.append(client.exactly(Integer.parseInt(line, 16)));
          client.line();
          line = client.line();
        }
        assertThat(client.line()).isEqualToIgnoringCase("x-end: yes");
        assertThat(client.line()).isEmpty();
        assertThat(decoding(head, all.toString()).readAllBytes())
            .isEqualTo("firstsecond".getBytes(StandardCharsets.US_ASCII));
      }
    }
  }

  @Test
  void aLargeAnswerArrivesWholeAtASlowClient() throws IOException {
    var large = new StringBuilder();
    for (int i = 0; i < 400_000; i++) {
      large.append(Integer.toHexString(i * 0x9E3779B1)).append('\n');
    }
    String body = large.toString();
    for (String coding : List.of("gzip", "zstd")) {
      try (var app =
              new App(
                  "a",
                  (self, wire) -> {
                    self.receive(wire);
                    wire.send(
                        "HTTP/1.1 200 OK\r\n"
                            + PLAIN
                            + "Content-Length: "
                            + body.length()
                            + "\r\n\r\n"
                            + body);
                  });
          var edge = new EdgeUnderTest(Tables.service(app));
          var client = edge.connect()) {
        assertThat(decoded(asking(client, coding).message())).isEqualTo(body);
      }
    }
  }

  @Test
  void overHttp2ItIsTheSame() throws IOException {
    try (var app = answering(PLAIN);
        var edge = new EdgeUnderTest(Tables.service(app));
        var client = RawStreams.connect(edge)) {
      client.head(
          1,
          true,
          ":method",
          "GET",
          ":scheme",
          "https",
          ":authority",
          "app.test",
          ":path",
          "/",
          "accept-encoding",
          "gzip");
      assertThat(client.answer(1).headers()).contains("content-encoding: gzip");
    }
  }

  @Test
  void onlySoManyAreUnderWayAtOnceAndTheirPlacesComeBack() throws IOException {
    var clients = new ArrayList<RawClient>();
    try (var app =
            new App(
                "a",
                (self, wire) -> {
                  self.receive(wire);
                  wire.send(
                      "HTTP/1.1 200 OK\r\n"
                          + PLAIN
                          + "Transfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
                  self.receive(wire);
                });
        var edge = new EdgeUnderTest(Tables.service(app))) {
      int compressed = 0;
      for (int i = 0; i < 70; i++) {
        RawClient client = edge.connect();
        clients.add(client);
        boolean smaller = asking(client, "zstd").head().header("content-encoding").equals("zstd");
        compressed += smaller ? 1 : 0;
      }
      assertThat(compressed).isBetween(32, 64);
      for (RawClient client : clients) {
        // An orderly end would leave the edge sending.
        client.reset();
      }
      Eventually.eventually("all gone", () -> edge.inFlight("a") == 0);
      try (var client = edge.connect()) {
        assertThat(asking(client, "zstd").head().header("content-encoding")).isEqualTo("zstd");
      }
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
  }
}
