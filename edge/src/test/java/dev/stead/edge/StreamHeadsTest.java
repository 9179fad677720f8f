package dev.stead.edge;

import static dev.stead.edge.RawStreams.request;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/// Malformed requests of HTTP/2 reach no app, and cost no other stream of their connection.
@ExtendWith(NoLeaks.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class StreamHeadsTest {
  private static final int PROTOCOL_ERROR = 1;

  private App app;
  private EdgeUnderTest edge;

  @BeforeAll
  void start() throws IOException {
    app = App.echoing("a");
    edge = new EdgeUnderTest(Tables.service(app));
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

  /// RFC 9110 8.6 allows it, if one of them is passed on.
  @Test
  void lengthsThatAgreeReachTheAppAsOne() throws IOException {
    try (var client = RawStreams.connect(edge)) {
      client.head(1, false, request("POST", "/", "content-length", "4, 4")).data(1, true, "body");
      assertThat(client.answer(1).body()).isEqualTo("a POST / HTTP/1.1 body");
      assertThat(app.requests().getLast().header("content-length")).isEqualTo("4");
    }
  }
}
