package dev.stead.edge;

import static dev.stead.edge.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.edge.control.Service.Mode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// HTTP/2 as Java's client speaks it.
@ExtendWith(NoLeaks.class)
final class Http2Test {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int LARGE = 5 << 20;

  private static HttpClient client() {
    return HttpClient.newBuilder()
        .version(Version.HTTP_2)
        .sslContext(TlsClient.trustingAnybody())
        .connectTimeout(PATIENCE)
        .build();
  }

  private static EdgeUnderTest edge(App app) throws IOException {
    return new EdgeUnderTest(
        Tables.named(Tables.service(app), "shop", "localhost", "/"),
        Tables.named(Tables.service(app), "other", "app.test", "/"));
  }

  private static HttpRequest.Builder request(EdgeUnderTest edge, String path) {
    return HttpRequest.newBuilder(URI.create("https://localhost:" + edge.httpsPort() + path))
        .timeout(PATIENCE);
  }

  private static HttpResponse<String> send(HttpClient client, HttpRequest.Builder request)
      throws IOException, InterruptedException {
    HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
    assertThat(answer.version()).isEqualTo(Version.HTTP_2);
    return answer;
  }

  @Test
  void theAppSeesAPlainRequestAndWhoAsked() throws Exception {
    try (var app = App.echoing("a");
        var edge = edge(app);
        var client = client()) {
      HttpResponse<String> answer =
          send(client, request(edge, "/x//y?q=%20").header("X-Mine", "1").header("Via", "1.0 p"));
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo("a GET /x//y?q=%20 HTTP/1.1 ");
      assertThat(answer.headers().firstValue("x-request-id")).isPresent();
      RawClient.Message seen = app.requests().getFirst();
      assertThat(seen.header("host")).isEqualTo("localhost:" + edge.httpsPort());
      assertThat(seen.header("x-mine")).isEqualTo("1");
      assertThat(seen.header("via")).isEqualTo("1.0 p, 2 stead");
      assertThat(seen.header("x-forwarded-proto")).isEqualTo("https");
      assertThat(seen.head()).doesNotContain(":scheme").doesNotContain("x-http2");
    }
  }

  @Test
  void bodiesGoBothWaysWhateverTheirSize() throws Exception {
    try (var app =
            new App(
                "a",
                (self, wire) -> {
                  while (true) {
                    String body = self.receive(wire).body();
                    wire.send(App.ok(body));
                  }
                });
        var edge = edge(app);
        var client = client()) {
      var body = "0123456789abcdef".repeat(LARGE / 16);
      HttpResponse<String> sized =
          send(client, request(edge, "/").POST(BodyPublishers.ofString(body)));
      assertThat(sized.body()).isEqualTo(body);
      var pieces = body.getBytes(StandardCharsets.ISO_8859_1);
      HttpResponse<String> chunked =
          send(
              client,
              request(edge, "/")
                  .POST(BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(pieces))));
      assertThat(chunked.body()).isEqualTo(body);
      assertThat(app.requests().getLast().header("transfer-encoding")).isEqualTo("chunked");
    }
  }

  @Test
  void manyRequestsShareAConnection() throws Exception {
    try (var app = App.echoing("a");
        var edge = edge(app);
        var client = client()) {
      send(client, request(edge, "/first"));
      List<CompletableFuture<HttpResponse<String>>> asked = new ArrayList<>();
      for (int i = 0; i < 90; i++) {
        asked.add(client.sendAsync(request(edge, "/" + i).build(), BodyHandlers.ofString()));
      }
      for (int i = 0; i < 90; i++) {
        assertThat(asked.get(i).get().body()).isEqualTo("a GET /" + i + " HTTP/1.1 ");
      }
    }
  }

  @Test
  void headsFilesRedirectsAndErrorPagesAreAnswered(@TempDir Path files) throws Exception {
    var content = "x".repeat(200_000);
    Files.writeString(files.resolve("page.html"), content);
    try (var app = App.echoing("a");
        var edge = edge(app);
        var client = client()) {
      edge.serve(
          Tables.withFiles(
              Tables.named(Tables.service(app), "shop", "localhost", "/"), files.toString()));
      assertThat(send(client, request(edge, "/page.html")).body()).isEqualTo(content);
      HttpResponse<String> head =
          send(client, request(edge, "/page.html").method("HEAD", BodyPublishers.noBody()));
      assertThat(head.headers().firstValueAsLong("content-length")).hasValue(content.length());
      assertThat(
              send(client, request(edge, "/page.html").header("Range", "bytes=0-4")).statusCode())
          .isEqualTo(206);
      assertThat(send(client, request(edge, "/other").POST(BodyPublishers.ofString("b"))).body())
          .isEqualTo("a POST /other HTTP/1.1 b");

      edge.serve(
          Tables.in(Tables.named(Tables.service(app), "shop", "localhost", "/"), Mode.MAINTENANCE));
      HttpResponse<String> page =
          send(client, request(edge, "/").POST(BodyPublishers.ofString("b")));
      assertThat(page.statusCode()).isEqualTo(503);
      assertThat(page.body()).contains("S-503-MAINTENANCE");
      assertThat(page.headers().map()).doesNotContainKey("connection");
      HttpResponse<String> bare =
          send(client, request(edge, "/").method("HEAD", BodyPublishers.noBody()));
      assertThat(bare.statusCode()).isEqualTo(503);
      assertThat(bare.body()).isEmpty();
    }
  }

  @Test
  void requestsAreHeldAndSentAgainAsOverHttp11() throws Exception {
    try (var app = App.echoing("a");
        var edge = edge(app);
        var client = client()) {
      var open = Tables.named(Tables.service(app), "shop", "localhost", "/");
      edge.serve(Tables.in(open, Mode.HOLD));
      CompletableFuture<HttpResponse<String>> held =
          client.sendAsync(
              request(edge, "/").POST(BodyPublishers.ofString("kept")).build(),
              BodyHandlers.ofString());
      Sweeps.pass();
      assertThat(held).isNotDone();
      edge.serve(open);
      assertThat(held.get().body()).isEqualTo("a POST / HTTP/1.1 kept");

      var dead = new App("dead", (self, wire) -> {});
      dead.close();
      edge.serve(Tables.named(Tables.service(dead, app), "shop", "localhost", "/"));
      assertThat(send(client, request(edge, "/again")).body()).contains("/again");
    }
  }

  @Test
  void trailersComeThroughBothWays() throws Exception {
    try (var app =
            new App(
                "a",
                (self, wire) -> {
                  wire.head();
                  String sent = wire.chunk();
                  wire.line();
                  String trailer = wire.line();
                  wire.line();
                  wire.send(
                      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\nSum: 7\r\n\r\n"
                          .formatted(sent.length() + trailer.length() + 1, sent + " " + trailer));
                });
        var edge = edge(app);
        var client = RawStreams.connect(edge)) {
      client
          .head(1, false, RawStreams.request("POST", "/", "te", "trailers"))
          .data(1, false, "body")
          .head(1, true, "check", "9");
      RawStreams.Answer answer = client.answer(1);
      assertThat(answer.body()).isEqualTo("body check: 9");
      assertThat(answer.trailers()).containsExactly("sum: 7");
    }
  }

  @Test
  void anEventStreamIsNotBufferedAndItsEndIsSeen() throws Exception {
    var left = new CountDownLatch(1);
    try (var app =
            new App(
                "a",
                (self, wire) -> {
                  self.receive(wire);
                  wire.send(
                      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                          + "Transfer-Encoding: chunked\r\n\r\n6\r\ndata:1\r\n");
                  assertThat(wire.ended()).isTrue();
                  left.countDown();
                });
        var edge = new EdgeUnderTest(Tables.service(app));
        var client = RawStreams.connect(edge)) {
      client.get(1, "/events");
      assertThat(client.await(frame -> frame.type() == RawStreams.DATA).text()).isEqualTo("data:1");
      assertThat(edge.target("a")).isNotNull().matches(target -> target.streams() == 1);
      client.frame(RawStreams.RST_STREAM, 0, 1, (byte) 0, (byte) 0, (byte) 0, (byte) 8);
      assertThat(left.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      eventually("nothing in flight", () -> edge.inFlight("a") == 0);
      client.get(3, "/events");
      client.await(frame -> frame.type() == RawStreams.DATA && frame.stream() == 3);
    }
  }

  @Test
  void anAnswerThatBreaksOffIsResetAndDoesNotLookWhole() throws Exception {
    try (var app =
            new App(
                "a",
                (self, wire) -> {
                  self.receive(wire);
                  wire.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
                });
        var edge = edge(app);
        var client = RawStreams.connect(edge)) {
      RawStreams.Answer answer = client.get(1, "/").answer(1);
      assertThat(answer.status()).isEqualTo(":status: 200");
      assertThat(answer.reset()).isEqualTo(2);
    }
  }

  @Test
  void anEarlyAnswerArrivesAndTheClientIsAskedToStop() throws Exception {
    try (var app =
            new App(
                "a",
                (self, wire) -> {
                  wire.head();
                  wire.send("HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno");
                  wire.toEnd();
                });
        var edge = edge(app);
        var client = RawStreams.connect(edge)) {
      client.head(1, false, RawStreams.request("POST", "/")).data(1, false, "begun");
      RawStreams.Answer answer = client.answer(1);
      assertThat(answer.status()).isEqualTo(":status: 403");
      assertThat(answer.body()).isEqualTo("no");
      RawStreams.Frame reset = awaitAsTimePasses(edge, client, RawStreams.RST_STREAM);
      assertThat(reset.error()).isZero();
      assertThat(client.get(3, "/").answer(3).status()).isEqualTo(":status: 403");
    }
  }

  @Test
  void aRetiringEdgeSaysSoTwiceAndFailsNoRequest() throws Exception {
    try (var app = App.echoing("a");
        var edge = edge(app);
        var client = RawStreams.connect(edge)) {
      client.get(1, "/before").answer(1);
      var retired = edge.overtaken().retire();
      edge.time().advance(Duration.ofSeconds(1));
      RawStreams.Frame warning = awaitAsTimePasses(edge, client, RawStreams.GOAWAY);
      assertThat(lastStream(warning)).isEqualTo(Integer.MAX_VALUE);
      assertThat(client.get(3, "/late").answer(3).status()).isEqualTo(":status: 200");
      RawStreams.Frame last = awaitAsTimePasses(edge, client, RawStreams.GOAWAY);
      assertThat(lastStream(last)).isEqualTo(3);
      assertThat(retired.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
  }

  private static RawStreams.Frame awaitAsTimePasses(EdgeUnderTest edge, RawStreams client, int type)
      throws Exception {
    var passing =
        Thread.ofVirtual()
            .name("time")
            .start(
                () -> {
                  while (!Thread.currentThread().isInterrupted()) {
                    Sweeps.pass();
                    edge.time().advance(Duration.ofSeconds(1));
                  }
                });
    try {
      return client.await(frame -> frame.type() == type);
    } finally {
      passing.interrupt();
      passing.join();
    }
  }

  private static int lastStream(RawStreams.Frame goAway) {
    return goAway.number(0);
  }
}
