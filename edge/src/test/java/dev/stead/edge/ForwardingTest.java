package dev.stead.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What the app sees of a request, and the client of an answer.
@ExtendWith(NoLeaks.class)
final class ForwardingTest {
  @Test
  void theAppSeesTheRequestAsItWasSentAndWhoSentIt() throws IOException {
    try (var app = App.echoing("a");
        var edge = new EdgeUnderTest(Tables.service(app));
        var client = edge.connect()) {
      client.send(
          "POST /a%2Fb/../c?q=%zz&x=[1] HTTP/1.1\r\nHost: App.Test:99\r\nX-Forwarded-For: 6.6.6.6\r\n"
              + "Forwarded: for=6.6.6.6\r\nX_Forwarded_For: 6.6.6.6\r\nX-Real-IP: 6.6.6.6\r\n"
              + "X-Request-Id: theirs\r\nConnection: close, X-Secret, Content-Length\r\nX-Secret: 1\r\n"
              + "Keep-Alive: timeout=5\r\nProxy-Connection: close\r\nTE: trailers\r\n"
              + "Content-Length: 5\r\n\r\nhello");
      RawClient.Message answer = client.message();
      RawClient.Message seen = app.requests().getFirst();
      assertThat(seen.start()).isEqualTo("POST /a%2Fb/../c?q=%zz&x=[1] HTTP/1.1");
      assertThat(seen.body()).isEqualTo("hello");
      assertThat(seen.header("host")).isEqualTo("App.Test:99");
      assertThat(seen.header("x-forwarded-for")).isEqualTo("127.0.0.1");
      assertThat(seen.header("x-forwarded-proto")).isEqualTo("http");
      assertThat(seen.header("x-forwarded-host")).isEqualTo("App.Test:99");
      assertThat(seen.header("forwarded"))
          .isEqualTo("for=127.0.0.1;host=\"App.Test:99\";proto=http");
      assertThat(seen.header("via")).isEqualTo("1.1 stead");
      assertThat(seen.header("x-request-start")).isEqualTo("t=1767225600000");
      assertThat(seen.header("x-request-id")).hasSize(20).isNotEqualTo("theirs");
      assertThat(seen.headers())
          .doesNotContainKeys(
              "x_forwarded_for", "x-real-ip", "x-secret", "keep-alive", "proxy-connection", "te")
          .doesNotContainKey("connection");
      assertThat(answer.header("x-request-id")).isEqualTo(seen.header("x-request-id"));
      assertThat(client.ended()).isTrue();
    }
  }

  @Test
  void anAbsoluteTargetNamesTheHost() throws IOException {
    try (var app = App.echoing("a");
        var edge = new EdgeUnderTest(Tables.service(app));
        var client = edge.connect()) {
      client.send("GET http://app.test/x?y HTTP/1.1\r\nHost: other.test\r\n\r\n");
      assertThat(client.message().status()).isEqualTo(200);
      assertThat(app.requests().getFirst().start()).isEqualTo("GET /x?y HTTP/1.1");
      assertThat(app.requests().getFirst().header("host")).isEqualTo("app.test");
      client.send("OPTIONS * HTTP/1.1\r\nHost: app.test\r\n\r\n");
      assertThat(client.message().body()).contains("OPTIONS * HTTP/1.1");
    }
  }

  @Test
  void theAnswerCarriesItsReleaseAndNoneOfTheHopsHeaders() throws IOException {
    try (var app =
            new App(
                "a",
                (self, wire) -> {
                  self.receive(wire);
                  wire.send(
                      "HTTP/1.1 200 OK\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\n"
                          + "X-End: 1\r\nContent-Length: 2\r\n\r\nok");
                });
        var edge = new EdgeUnderTest(Tables.released(Tables.service(app), 7));
        var client = edge.connect()) {
      RawClient.Message answer = client.get("/").message();
      assertThat(answer.header("stead-release")).isEqualTo("7");
      assertThat(answer.header("x-end")).isEqualTo("1");
      assertThat(answer.headers()).doesNotContainKeys("connection", "x-hop", "keep-alive");
      assertThat(client.get("/").message().status()).as("the client's stays open").isEqualTo(200);
      assertThat(app.connectionsMade()).as("the target's is never used again").isEqualTo(2);
    }
  }

  @Test
  void pipelinedRequestsAreServedOneAfterTheOther() throws IOException {
    try (var app = App.echoing("a");
        var edge = new EdgeUnderTest(Tables.service(app));
        var client = edge.connect()) {
      var pipeline = new StringBuilder();
      for (int i = 0; i < 50; i++) {
        pipeline.append(
            "POST /%d HTTP/1.1\r\nHost: app.test\r\nContent-Length: 3\r\n\r\n%03d".formatted(i, i));
        pipeline.append("GET /x HTTP/1.1\r\nHost: nobody.test\r\n\r\n");
      }
      client.send(pipeline.toString());
      for (int i = 0; i < 50; i++) {
        assertThat(client.message().body()).isEqualTo("a POST /%d HTTP/1.1 %03d".formatted(i, i));
        assertThat(client.message().status()).isEqualTo(404);
      }
      assertThat(app.connectionsMade()).isEqualTo(1);
    }
  }

  @Test
  void chunkedBodiesAndTrailersPassBothWays() throws IOException {
    try (var app =
            new App(
                "a",
                (self, wire) -> {
                  RawClient.Message head = wire.head();
                  assertThat(head.header("transfer-encoding")).isEqualTo("chunked");
                  assertThat(wire.line()).isEqualTo("3");
                  assertThat(wire.exactly(5)).isEqualTo("abc\r\n");
                  assertThat(wire.line()).isEqualTo("0");
                  assertThat(wire.line()).isEqualToIgnoringCase("X-Sum: 1");
                  assertThat(wire.line()).as("no claims in trailers, and no host").isEmpty();
                  wire.send(
                      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-End\r\n\r\n"
                          + "2\r\nde\r\n0\r\nX-End: 2\r\n\r\n");
                });
        var edge = new EdgeUnderTest(Tables.service(app));
        var client = edge.connect()) {
      client.send(
          "POST / HTTP/1.1\r\nHost: app.test\r\nTransfer-Encoding: Chunked\r\n\r\n"
              + "3;ext=1\r\nabc\r\n0\r\nX-Sum: 1\r\nX-Forwarded-For: 6.6.6.6\r\nHost: other.test\r\n\r\n");
      assertThat(client.head().header("transfer-encoding")).isEqualTo("chunked");
      assertThat(client.line()).isEqualTo("2");
      assertThat(client.exactly(4)).isEqualTo("de\r\n");
      assertThat(client.line()).isEqualTo("0");
      assertThat(client.line()).isEqualToIgnoringCase("X-End: 2");
      assertThat(client.line()).isEmpty();
    }
  }

  @Test
  void anAnswerThatEndsWithItsConnectionBecomesChunked() throws IOException {
    try (var app =
            new App(
                "a",
                (self, wire) -> {
                  self.receive(wire);
                  wire.send("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nto the end");
                });
        var edge = new EdgeUnderTest(Tables.service(app));
        var client = edge.connect()) {
      RawClient.Message answer = client.get("/").message();
      assertThat(answer.start()).isEqualTo("HTTP/1.1 200 OK");
      assertThat(answer.header("transfer-encoding")).isEqualTo("chunked");
      assertThat(answer.body()).isEqualTo("to the end");
      assertThat(client.get("/").message().body()).isEqualTo("to the end");
    }
  }

  @Test
  void answersWithoutBodyHaveNone() throws IOException {
    try (var app =
            new App(
                "a",
                (self, wire) -> {
                  while (true) {
                    String path = self.receive(wire).start().split(" ", -1)[1];
                    wire.send(
                        switch (path) {
                          case "/204" -> "HTTP/1.1 204 No Content\r\n\r\n";
                          case "/304" -> "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n";
                          default -> "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n";
                        });
                  }
                });
        var edge = new EdgeUnderTest(Tables.service(app));
        var client = edge.connect()) {
      client.send("HEAD / HTTP/1.1\r\nHost: app.test\r\n\r\n");
      RawClient.Message head = client.head();
      assertThat(head.header("content-length")).isEqualTo("9");
      RawClient.Message noContent = client.get("/204").head();
      assertThat(noContent.status()).isEqualTo(204);
      assertThat(noContent.headers()).doesNotContainKeys("transfer-encoding", "content-length");
      RawClient.Message notModified = client.get("/304").head();
      assertThat(notModified.status()).isEqualTo(304);
      assertThat(notModified.headers()).doesNotContainKey("transfer-encoding");
      client.send("HEAD / HTTP/1.1\r\nHost: nobody.test\r\n\r\n");
      assertThat(client.head().status()).isEqualTo(404);
      client.send("HEAD / HTTP/1.1\r\nHost: app.test\r\n\r\n");
      assertThat(client.head().status()).isEqualTo(200);
      assertThat(app.connectionsMade()).isEqualTo(1);
    }
  }

  @Test
  void clientsOfHttp10AreServed() throws IOException {
    try (var app =
            new App(
                "a",
                (self, wire) -> {
                  while (true) {
                    RawClient.Message seen = self.receive(wire);
                    assertThat(seen.start()).endsWith("HTTP/1.1");
                    wire.send(
                        "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
                            + "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n");
                  }
                });
        var echo = App.echoing("b");
        var edge =
            new EdgeUnderTest(
                Tables.service(app),
                Tables.named(Tables.service(echo), "echo", "echo.test", "/"))) {
      try (var client = edge.connect()) {
        client.send("GET / HTTP/1.0\r\nHost: app.test\r\nConnection: keep-alive\r\n\r\n");
        RawClient.Message head = client.head();
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.headers()).doesNotContainKey("transfer-encoding");
        assertThat(head.header("connection")).isEqualTo("close");
        assertThat(client.toEnd()).isEqualTo("hi");
      }
      try (var client = edge.connect()) {
        client.send("GET / HTTP/1.0\r\nHost: echo.test\r\nConnection: keep-alive\r\n\r\n");
        assertThat(client.message().header("connection")).isEqualTo("keep-alive");
        client.send("GET / HTTP/1.0\r\nHost: echo.test\r\n\r\n");
        assertThat(client.message().status()).isEqualTo(200);
        assertThat(client.ended()).isTrue();
      }
    }
  }

  @Test
  void interimAnswersPassAndTheBodyFollowsOnContinue() throws IOException {
    try (var app =
            new App(
                "a",
                (self, wire) -> {
                  RawClient.Message head = wire.head();
                  assertThat(head.header("expect")).isEqualTo("100-continue");
                  wire.send("HTTP/1.1 100 Continue\r\n\r\n");
                  assertThat(wire.exactly(5)).isEqualTo("hello");
                  wire.send("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + App.ok("done"));
                });
        var edge = new EdgeUnderTest(Tables.service(app));
        var client = edge.connect()) {
      client.send(
          "POST / HTTP/1.1\r\nHost: app.test\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
      assertThat(client.head().status()).isEqualTo(100);
      client.send("hello");
      RawClient.Message hints = client.head();
      assertThat(hints.status()).isEqualTo(103);
      assertThat(hints.header("link")).isEqualTo("</x>");
      assertThat(client.message().body()).isEqualTo("done");
    }
  }

  @Test
  void aRefusedExpectationClosesTheConnectionSoThatNobodyWaitsForTheBody() throws IOException {
    try (var app =
            new App(
                "a",
                (self, wire) -> {
                  wire.head();
                  wire.send("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
                  wire.read();
                });
        var edge = new EdgeUnderTest(Tables.service(app));
        var client = edge.connect()) {
      client.send(
          "POST / HTTP/1.1\r\nHost: app.test\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
      RawClient.Message answer = client.message();
      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.header("connection")).isEqualTo("close");
      assertThat(client.ended()).isTrue();
    }
  }

  @Test
  void anEventStreamIsPassedOnEventByEvent() throws IOException {
    try (var app =
            new App(
                "a",
                (self, wire) -> {
                  self.receive(wire);
                  wire.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
                  wire.send("data: 1\n\n");
                  assertThat(wire.read())
                      .as("the edge says nothing; the stream is open")
                      .isEqualTo(-1);
                });
        var edge = new EdgeUnderTest(Tables.service(app));
        var client = edge.connect()) {
      client.get("/").head();
      assertThat(client.chunk()).isEqualTo("data: 1\n\n");
      assertThat(edge.target("a")).isNotNull().matches(target -> target.streams() == 1);
      client.leave();
      Eventually.eventually("the stream has ended", () -> edge.inFlight("a") == 0);
    }
  }

  @Test
  void whatFollowsAnAnswerIsNotTakenForTheNext() throws IOException {
    try (var app =
            new App(
                "a",
                (self, wire) -> {
                  while (true) {
                    self.receive(wire);
                    wire.send(
                        "HTTP/1.1 204 No Content\r\n\r\n"
                            + "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison");
                  }
                });
        var edge = new EdgeUnderTest(Tables.service(app));
        var client = edge.connect()) {
      client.get("/1").get("/2").get("/3");
      for (int i = 0; i < 3; i++) {
        assertThat(client.head().status()).isEqualTo(204);
      }
      assertThat(app.connectionsMade()).isEqualTo(3);
    }
  }

  @Test
  void aClientThatEndsItsSideAtOnceStillGetsAllOfALargeAnswer() throws IOException {
    var large = "0123456789abcdef".repeat(500_000);
    try (var app =
            new App(
                "a",
                (self, wire) -> {
                  self.receive(wire);
                  wire.send(App.ok(large));
                });
        var edge = new EdgeUnderTest(Tables.service(app));
        var client = edge.connect()) {
      client.send("GET / HTTP/1.1\r\nHost: app.test\r\nConnection: close\r\n\r\n");
      client.shutdownOutput();
      assertThat(client.message().body()).isEqualTo(large);
      assertThat(client.ended()).isTrue();
    }
  }

  @Test
  void aClientThatEndsItsSideAfterTheRequestStillGetsTheAnswer() throws IOException {
    try (var app = App.echoing("a");
        var edge = new EdgeUnderTest(Tables.service(app));
        var client = edge.connect()) {
      client.post("/", "hello");
      client.shutdownOutput();
      assertThat(client.message().body()).isEqualTo("a POST / HTTP/1.1 hello");
      assertThat(client.ended()).isTrue();
    }
  }

  @Test
  void aBodyBeyondTheLimitIsRefusedByItsLengthAndByWhatCame() throws IOException {
    try (var app = App.echoing("a");
        var edge = new EdgeUnderTest(Tables.limited(Tables.service(app), Tables.bodies(10)))) {
      try (var client = edge.connect()) {
        client.post("/", "0123456789");
        assertThat(client.message().status()).isEqualTo(200);
        client.post("/", "0123456789x");
        RawClient.Message answer = client.message();
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.body()).contains("S-413-BODY").contains("10 bytes");
        assertThat(client.ended()).isTrue();
      }
      try (var client = edge.connect()) {
        client.send(
            "POST / HTTP/1.1\r\nHost: app.test\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "6\r\nabcdef\r\n6\r\nabcdef\r\n");
        assertThat(client.message().status()).isEqualTo(413);
      }
      assertThat(app.requests()).hasSize(1);
    }
  }

  @Test
  void browsersGetAPageAndOthersPlainText() throws IOException {
    try (var edge = new EdgeUnderTest();
        var client = edge.connect()) {
      client.send("GET / HTTP/1.1\r\nHost: app.test\r\nAccept: text/html,*/*\r\n\r\n");
      RawClient.Message page = client.message();
      assertThat(page.header("content-type")).isEqualTo("text/html; charset=utf-8");
      assertThat(page.body()).contains("S-404-ROUTE").contains(page.header("x-request-id"));
      RawClient.Message text = client.get("/").message();
      assertThat(text.header("content-type")).isEqualTo("text/plain; charset=utf-8");
      assertThat(text.body()).contains("code: S-404-ROUTE").doesNotContain("app.test");
    }
  }
}
