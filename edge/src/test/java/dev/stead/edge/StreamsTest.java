package dev.stead.edge;

import static dev.stead.edge.Eventually.eventually;
import static dev.stead.edge.RawStreams.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.edge.control.Service.Mode;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/// What no honest client of HTTP/2 sends: malformed requests reach no app, and what is meant to
/// wear the edge out ends with its connection, while others are served.
@ExtendWith(NoLeaks.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class StreamsTest {
  private static final int PROTOCOL_ERROR = 1;
  private static final int FLOW_CONTROL_ERROR = 3;
  private static final int ENHANCE_YOUR_CALM = 11;
  private static final long HELD_MAX = 16L << 20;
  private static final byte[] CANCEL = {0, 0, 0, 8};

  private App app;
  private EdgeUnderTest edge;

  @BeforeAll
  void start() throws IOException {
    app = App.echoing("a");
    edge =
        new EdgeUnderTest(
            Tables.service(app),
            Tables.in(Tables.named(Tables.service(app), "held", "held.test", "/"), Mode.HOLD));
  }

  @AfterAll
  void stop() throws IOException {
    edge.close();
    app.close();
  }

  /// A request whose head alone is wrong, and what it breaks.
  private record Attack(String name, String clause, List<String> headers) {}

  private static Attack attack(String name, String clause, String... headers) {
    return new Attack(name, clause, List.of(headers));
  }

  private static Attack with(String name, String clause, String... more) {
    return new Attack(name, clause, List.of(request("GET", "/", more)));
  }

  /// Those that the edge answers with the clause.
  private static Stream<Attack> answered() {
    return Stream.of(
        attack("no :method", "8.3.1", ":scheme", "https", ":authority", "app.test", ":path", "/"),
        attack("no :scheme", "8.3.1", ":method", "GET", ":authority", "app.test", ":path", "/"),
        attack("no :path", "8.3.1", ":method", "GET", ":scheme", "https", ":authority", "app.test"),
        attack("no :authority", "8.3.1", ":method", "GET", ":scheme", "https", ":path", "/"),
        attack("a method that is no token", "8.3.1", request("GE T", "/")),
        attack("CONNECT", "8.5", request("CONNECT", "/")),
        attack("an absolute path", "8.3.1", request("GET", "http://app.test/")),
        attack("a path without slash", "8.3.1", request("GET", "x")),
        attack("an asterisk for GET", "8.3.1", request("GET", "*")),
        attack("a space in the path", "8.3.1", request("GET", "/ HTTP/1.1")),
        attack("bytes beyond ASCII in the path", "8.3.1", request("GET", "/\u00e9")),
        attack("a fragment", "8.3.1", request("GET", "/#x")),
        with("Host contradicts :authority", "8.3.1", "host", "other.test"),
        with("two hosts", "8.3.1", "host", "app.test", "host", "other.test"),
        attack(
            "an authority with a user",
            "8.3.1",
            ":method",
            "GET",
            ":scheme",
            "https",
            ":authority",
            "me@app.test",
            ":path",
            "/"),
        with("a value that ends with a tab", "8.2.1", "a", "b\t"),
        attack(
            "an authority of two hosts",
            "8.3.1",
            ":method",
            "GET",
            ":scheme",
            "https",
            ":authority",
            "app.test,b.test",
            ":path",
            "/"),
        attack(
            "a space in the authority",
            "8.3.1",
            ":method",
            "GET",
            ":scheme",
            "https",
            ":authority",
            "app.test x",
            ":path",
            "/"),
        attack(
            "a path in the authority",
            "8.3.1",
            ":method",
            "GET",
            ":scheme",
            "https",
            ":authority",
            "app.test/x",
            ":path",
            "/"),
        with("a value that ends with a space", "8.2.1", "a", "b "),
        with("an empty Host", "8.3.1", "host", ""),
        attack("a tab in the path", "8.3.1", request("GET", "/a\tb")),
        attack("a backslash path", "8.3.1", request("GET", "\\x")));
  }

  /// Those whose stream is reset.
  private static Stream<Attack> reset() {
    return Stream.of(
        attack("a line in the method", "8.3.1", request("GET / HTTP/1.1\r\nA: b\r\n\r\n", "/")),
        attack("a line in the path", "8.3.1", request("GET", "/\r\nA: b")),
        attack("NUL in the path", "8.3.1", request("GET", "/\0")),
        with("CR and LF in a value", "8.2.1", "a", "b\r\nc: d"),
        with("LF in a value", "8.2.1", "a", "b\nc"),
        with("CR in a value", "8.2.1", "a", "b\rc"),
        with("NUL in a value", "8.2.1", "a", "b\0c"),
        with("a value that begins with a space", "8.2.1", "a", " b"),
        with("a name in upper case", "8.2.1", "Aa", "b"),
        with("a name with a space", "8.2.1", "a b", "c"),
        with("a name with a colon", "8.2.1", "a:b", "c"),
        with("a name with a line's end", "8.2.1", "a\r\nb", "c"),
        with("NUL in a name", "8.2.1", "a\0", "c"),
        with("an empty name", "8.2.1", "", "c"),
        with("Connection", "8.2.2", "connection", "close"),
        with("Keep-Alive", "8.2.2", "keep-alive", "timeout=5"),
        with("Proxy-Connection", "8.2.2", "proxy-connection", "close"),
        with("Transfer-Encoding", "8.2.2", "transfer-encoding", "chunked"),
        with("Upgrade", "8.2.2", "upgrade", "h2c"),
        with("TE with more than trailers", "8.2.2", "te", "trailers, gzip"),
        with("a pseudo-header after a header", "8.3", "a", "b", ":path", "/x"),
        attack("a pseudo-header of an answer", "8.3", request("GET", "/", ":status", "200")),
        attack("an unknown pseudo-header", "8.3", request("GET", "/", ":secret", "1")),
        attack("two paths", "8.3", request("GET", "/", ":path", "/x")),
        attack("two methods", "8.3", request("GET", "/", ":method", "POST")),
        attack("an empty path", "8.3.1", request("GET", "")),
        with("a length without a body", "8.1.1", "content-length", "5"),
        with("a length that is none", "8.1.1", "content-length", "5x"),
        with("a negative length", "8.1.1", "content-length", "-1"),
        with("two lengths", "8.1.1", "content-length", "0", "content-length", "1"),
        with("a signed length", "8.1.1", "content-length", "+0"),
        attack(
            "a line in the authority",
            "8.3.1",
            ":method",
            "GET",
            ":scheme",
            "https",
            ":authority",
            "app.test\r\nA: b",
            ":path",
            "/"),
        attack("two authorities", "8.3", request("GET", "/", ":authority", "b.test")),
        attack("two schemes", "8.3", request("GET", "/", ":scheme", "http")),
        with("gzip in TE", "8.2.2", "te", "gzip"),
        with("a value that begins with a tab", "8.2.1", "a", "\tb"),
        with("a name beyond ASCII", "8.2.1", "\u00e4", "b"),
        with("DEL in a name", "8.2.1", "a\u007f", "b"),
        with("a name that ends with a space", "8.2.1", "content-length ", "0"),
        attack("an empty method", "8.3.1", request("", "/")));
  }

  @TestFactory
  Stream<DynamicTest> malformedRequestsAreAnsweredWithTheirClause() {
    return answered().map(attack -> DynamicTest.dynamicTest(attack.name(), () -> answers(attack)));
  }

  private void answers(Attack attack) throws IOException {
    int before = app.requests().size();
    try (var client = RawStreams.connect(edge)) {
      RawStreams.Answer answer =
          client.head(1, true, attack.headers().toArray(String[]::new)).answer(1);
      assertThat(answer.status()).isEqualTo(":status: 400");
      assertThat(answer.body()).contains("S-400-FRAMING", "RFC 9113 " + attack.clause());
      stillServes(client, before);
    }
  }

  @TestFactory
  Stream<DynamicTest> whatNoParserShouldSeeIsReset() {
    return reset().map(attack -> DynamicTest.dynamicTest(attack.name(), () -> resets(attack)));
  }

  private void resets(Attack attack) throws IOException {
    int before = app.requests().size();
    try (var client = RawStreams.connect(edge)) {
      RawStreams.Answer answer =
          client.head(1, true, attack.headers().toArray(String[]::new)).answer(1);
      assertThat(answer.reset()).isEqualTo(PROTOCOL_ERROR);
      stillServes(client, before);
    }
  }

  private void stillServes(RawStreams client, int before) throws IOException {
    assertThat(client.get(3, "/next").answer(3).body()).isEqualTo("a GET /next HTTP/1.1 ");
    assertThat(app.requests()).hasSize(before + 1);
  }

  @Test
  void whatIsOnlyUnusualIsServed() throws IOException {
    try (var client = RawStreams.connect(edge)) {
      assertThat(
              client
                  .head(1, true, request("GET", "/", "host", "APP.test", "te", "trailers"))
                  .answer(1)
                  .status())
          .isEqualTo(":status: 200");
      assertThat(app.requests().getLast().headers()).doesNotContainKey("te");
      client.head(3, true, request("GET", "/", "cookie", "a=1", "cookie", "b=2")).answer(3);
      assertThat(app.requests().getLast().header("cookie")).isEqualTo("a=1; b=2");
      assertThat(client.head(5, true, request("OPTIONS", "*")).answer(5).body())
          .contains("OPTIONS *");
      client.head(7, true, ":method", "GET", ":scheme", "https", ":path", "/h", "host", "app.test");
      assertThat(client.answer(7).body()).contains("GET /h");
      client.head(9, false, request("POST", "/", "content-length", "4")).data(9, true, "body");
      assertThat(client.answer(9).body()).isEqualTo("a POST / HTTP/1.1 body");
    }
  }

  @Test
  void bodiesThatContradictTheirLengthAndTrailersWithPseudoHeadersFailAlone() throws IOException {
    try (var client = RawStreams.connect(edge)) {
      client.head(1, false, request("POST", "/", "content-length", "4")).data(1, true, "body+");
      assertThat(client.answer(1).reset()).isEqualTo(PROTOCOL_ERROR);
      client.head(3, false, request("POST", "/", "content-length", "4")).data(3, true, "bod");
      assertThat(client.answer(3).reset()).isEqualTo(PROTOCOL_ERROR);
      client
          .head(5, false, request("POST", "/"))
          .data(5, false, "body")
          .head(5, true, ":path", "/");
      RawStreams.Answer trailers = client.answer(5);
      assertThat(trailers.reset() == PROTOCOL_ERROR || trailers.status().equals(":status: 400"))
          .isTrue();
      assertThat(client.get(7, "/").answer(7).status()).isEqualTo(":status: 200");
    }
    assertThat(app.requests()).noneMatch(request -> request.body().contains("bod+"));
  }

  @Test
  void headsThatAreTooLargeAreRefused() throws IOException {
    try (var client = RawStreams.connect(edge)) {
      assertThat(client.get(1, "/" + "x".repeat(16_000)).answer(1).status())
          .isEqualTo(":status: 200");
    }
    try (var client = RawStreams.connect(edge)) {
      byte[] block = RawStreams.block(request("GET", "/" + "x".repeat(17_000)));
      inPieces(client, 1, block);
      RawStreams.Answer answer = client.answer(1);
      assertThat(answer.status()).isEqualTo(":status: 414");
      assertThat(answer.body()).contains("S-414-LINE");
    }
    try (var client = RawStreams.connect(edge)) {
      inPieces(client, 1, RawStreams.block(request("GET", "/", "a", "x".repeat(66_000))));
      assertThat(client.answer(1).status()).isEqualTo(":status: 431");
      assertThat(client.get(3, "/").answer(3).status()).isEqualTo(":status: 200");
    }
  }

  private static void inPieces(RawStreams client, int stream, byte[] block) throws IOException {
    int piece = 16_000;
    for (int from = 0; from < block.length; from += piece) {
      byte[] part = Arrays.copyOfRange(block, from, Math.min(block.length, from + piece));
      boolean first = from == 0;
      boolean last = from + piece >= block.length;
      client.frame(
          first ? RawStreams.HEADERS : RawStreams.CONTINUATION,
          (first ? RawStreams.END_STREAM : 0) | (last ? RawStreams.END_HEADERS : 0),
          stream,
          part);
    }
  }

  /// A flood, and the error that ends its connection.
  private record Flood(String name, int error, Act act) {
    interface Act {
      void on(RawStreams client) throws IOException;
    }
  }

  private static Stream<Flood> floods() {
    return Stream.of(
        new Flood(
            "rapid reset (CVE-2023-44487)",
            ENHANCE_YOUR_CALM,
            client -> {
              for (int stream = 1; stream < 2_000; stream += 2) {
                client.get(stream, "/").frame(RawStreams.RST_STREAM, 0, stream, CANCEL);
              }
            }),
        new Flood(
            "resets that we are made to send (CVE-2025-8671)",
            ENHANCE_YOUR_CALM,
            client -> {
              for (int stream = 1; stream < 2_000; stream += 2) {
                client.get(stream, "/").frame(RawStreams.WINDOW_UPDATE, 0, stream, new byte[4]);
              }
            }),
        new Flood(
            "a header block without end (CVE-2024-27983)",
            ENHANCE_YOUR_CALM,
            client -> {
              client.frame(RawStreams.HEADERS, 0, 1, RawStreams.block(request("GET", "/")));
              client.flood(
                  100_000, RawStreams.CONTINUATION, 0, 1, RawStreams.block("a", "x".repeat(1_000)));
            }),
        new Flood(
            "a header block in crumbs",
            ENHANCE_YOUR_CALM,
            client -> {
              client.frame(RawStreams.HEADERS, 0, 1, RawStreams.block(request("GET", "/")));
              client.flood(100_000, RawStreams.CONTINUATION, 0, 1);
            }),
        new Flood(
            "data frames without data (CVE-2019-9518)",
            ENHANCE_YOUR_CALM,
            client -> {
              client.head(1, false, request("POST", "/"));
              client.flood(100_000, RawStreams.DATA, 0, 1);
            }));
  }

  private static Stream<Flood> breaches() {
    return Stream.of(
        new Flood(
            "more than the window, and on after its stream was reset",
            ENHANCE_YOUR_CALM,
            client -> {
              client.head(
                  1,
                  false,
                  ":method",
                  "POST",
                  ":scheme",
                  "https",
                  ":authority",
                  "held.test",
                  ":path",
                  "/");
              client.flood(1_000, RawStreams.DATA, 0, 1, new byte[16_000]);
            }),
        new Flood(
            "a window beyond all numbers",
            FLOW_CONTROL_ERROR,
            client ->
                client.flood(
                    2,
                    RawStreams.WINDOW_UPDATE,
                    0,
                    0,
                    (byte) 127,
                    (byte) -1,
                    (byte) -1,
                    (byte) -1)),
        new Flood(
            "a frame larger than allowed",
            6,
            client -> client.frame(RawStreams.PING, 0, 0, new byte[20_000])),
        new Flood(
            "headers in the middle of headers",
            PROTOCOL_ERROR,
            client -> {
              client.frame(RawStreams.HEADERS, 0, 1, RawStreams.block(request("GET", "/")));
              client.get(3, "/");
            }),
        new Flood("an even stream", PROTOCOL_ERROR, client -> client.get(2, "/")),
        new Flood(
            "a table's index that is not there",
            9,
            client -> client.frame(RawStreams.HEADERS, 5, 1, (byte) 0xFF, (byte) 0x7F)));
  }

  @TestFactory
  Stream<DynamicTest> abuseEndsItsConnection() {
    return Stream.concat(floods(), breaches())
        .map(flood -> DynamicTest.dynamicTest(flood.name(), () -> ends(flood)));
  }

  private void ends(Flood flood) throws IOException {
    try (var client = RawStreams.connect(edge);
        var other = RawStreams.connect(edge)) {
      var acting = Thread.ofVirtual().name("flood").start(() -> act(flood, client));
      assertThat(errorOf(client)).isIn(flood.error(), -1);
      client.leave();
      acting.join();
      assertThat(other.get(1, "/").answer(1).status()).isEqualTo(":status: 200");
      eventually("nothing in flight", () -> edge.inFlight("a") == 0);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void act(Flood flood, RawStreams client) {
    try {
      flood.act().on(client);
    } catch (IOException e) {
      // The edge has closed: what was wanted.
      return;
    }
  }

  /// The error of the GOAWAY; -1 when the connection was closed before that could be read.
  private static int errorOf(RawStreams client) throws IOException {
    try {
      return client.await(frame -> frame.type() == RawStreams.GOAWAY).error();
    } catch (EOFException | SocketException | SSLException e) {
      return -1;
    }
  }

  @Test
  void whoReadsNoAnswersToPingsAndSettingsIsLetGoWithLittleMemory() throws IOException {
    for (int type : List.of(RawStreams.PING, RawStreams.SETTINGS)) {
      long before = held();
      try (var client = RawStreams.connect(edge)) {
        byte[] payload = type == RawStreams.PING ? new byte[8] : new byte[0];
        assertThat(floodedUntilClosed(client, type, payload)).isTrue();
      }
      assertThat(held() - before).isLessThan(HELD_MAX);
    }
  }

  private static boolean floodedUntilClosed(RawStreams client, int type, byte[] payload) {
    try {
      for (int i = 0; i < 1_000; i++) {
        client.flood(2_000, type, 0, 0, payload);
      }
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  private static long held() {
    var metric = ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric();
    return metric.usedDirectMemory() + metric.usedHeapMemory();
  }

  @Test
  void oneStreamTooManyIsRefusedAndMayBeSentAgain() throws IOException {
    try (var client = RawStreams.connect(edge)) {
      for (int stream = 1; stream < 2 * 100; stream += 2) {
        client.head(stream, false, request("POST", "/"));
      }
      client.get(201, "/");
      int refusedStream = 7;
      assertThat(client.answer(201).reset()).isEqualTo(refusedStream);
      client.data(1, true, "x");
      assertThat(client.answer(1).body()).endsWith("x");
      client.get(203, "/");
      assertThat(client.answer(203).status()).isEqualTo(":status: 200");
    }
    eventually("nothing in flight", () -> edge.inFlight("a") == 0);
  }

  @Test
  void whoSaysNothingIsLetGo() throws IOException {
    try (var fresh = new EdgeUnderTest(Tables.service(app));
        var silent = RawStreams.silent(fresh);
        var idle = RawStreams.connect(fresh)) {
      idle.get(1, "/").answer(1);
      Sweeps.pass();
      fresh.time().advance(Duration.ofSeconds(11));
      assertThat(errorOf(silent)).isEqualTo(-1);
      fresh.time().advance(Duration.ofSeconds(70));
      assertThat(errorOf(idle)).isZero();
    }
  }

  @Test
  void aSlowClientSlowsTheApp() throws IOException {
    long large = 64L << 20;
    try (var pouring =
            new App(
                "p",
                (self, wire) -> {
                  self.receive(wire);
                  wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + large + "\r\n\r\n");
                  for (long sent = 0; sent < large; sent += 65_536) {
                    wire.send(new byte[65_536]);
                  }
                });
        var fresh = new EdgeUnderTest(Tables.service(pouring));
        var client = RawStreams.connect(fresh)) {
      long before = held();
      client.get(1, "/");
      client.await(frame -> frame.type() == RawStreams.DATA);
      Sweeps.pass();
      Sweeps.pass();
      assertThat(held() - before).isLessThan(HELD_MAX);
      client.frame(RawStreams.RST_STREAM, 0, 1, CANCEL);
      eventually("nothing in flight", () -> fresh.inFlight("p") == 0);
    }
  }
}
