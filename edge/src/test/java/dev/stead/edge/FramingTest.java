package dev.stead.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/// Whatever two parsers could take for different requests is refused, and no app sees it.
@ExtendWith(NoLeaks.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FramingTest {
  private static final String HOST = "Host: app.test\r\n";
  private static final String CHUNKED =
      "POST / HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n";

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

  private record Attack(String name, String clause, String bytes) {}

  private static Attack attack(String name, String clause, String bytes) {
    return new Attack(name, clause, bytes);
  }

  private static Stream<Attack> attacks() {
    return Stream.of(lines(), requestLines(), hosts(), headers(), codings(), lengths(), chunks())
        .flatMap(part -> part);
  }

  private static Stream<Attack> lines() {
    return Stream.of(
        attack("a bare LF ends the request line", "2.2", "GET / HTTP/1.1\n" + HOST + "\r\n"),
        attack("a bare LF ends a header", "2.2", "GET / HTTP/1.1\r\nHost: app.test\nA: b\r\n\r\n"),
        attack("a bare LF ends the head", "2.2", "GET / HTTP/1.1\r\n" + HOST + "\n"),
        attack("a bare CR in the request line", "2.2", "GET /\rx HTTP/1.1\r\n" + HOST + "\r\n"),
        attack("a bare CR in a value", "2.2", "GET / HTTP/1.1\r\n" + HOST + "A: b\rC: d\r\n\r\n"),
        attack("whitespace before the first header", "2.2", "GET / HTTP/1.1\r\n " + HOST + "\r\n"),
        attack("many empty lines first", "2.2", "\r\n".repeat(40) + "GET / HTTP/1.1\r\n" + HOST),
        attack("a CR before the line's end", "2.2", "GET / HTTP/1.1\r\n" + HOST + "A: b\r\r\n\r\n"),
        attack("a CR before the empty line", "2.2", "GET / HTTP/1.1\r\n" + HOST + "\r\r\n"),
        attack(
            "a tab before the first header",
            "2.2",
            "GET / HTTP/1.1\r\n\tA: b\r\n" + HOST + "\r\n"));
  }

  private static Stream<Attack> requestLines() {
    return Stream.of(
        attack("a version that is none", "2.3", "GET / HTTP/1.x\r\n" + HOST + "\r\n"),
        attack("HTTP/0.9", "3", "GET /\r\n\r\n"),
        attack("two spaces in the request line", "3.2", "GET  / HTTP/1.1\r\n" + HOST + "\r\n"),
        attack("a tab in the request line", "3", "GET\t/ HTTP/1.1\r\n" + HOST + "\r\n"),
        attack("a space at the line's end", "2.3", "GET / HTTP/1.1 \r\n" + HOST + "\r\n"),
        attack("a method that is no token", "3.1", "GE(T / HTTP/1.1\r\n" + HOST + "\r\n"),
        attack("NUL in the target", "3.2", "GET /\0 HTTP/1.1\r\n" + HOST + "\r\n"),
        attack(
            "a control character in the target", "3.2", "GET /\u0001 HTTP/1.1\r\n" + HOST + "\r\n"),
        attack("a fragment in the target", "3.2", "GET /#x HTTP/1.1\r\n" + HOST + "\r\n"),
        attack(
            "bytes beyond ASCII in the target", "3.2", "GET /\u00e9 HTTP/1.1\r\n" + HOST + "\r\n"),
        attack("a target of no known form", "3.2", "GET app/x HTTP/1.1\r\n" + HOST + "\r\n"),
        attack(
            "a scheme that is not HTTP", "3.2", "GET ftp://app.test/ HTTP/1.1\r\n" + HOST + "\r\n"),
        attack("CONNECT", "3.2.3", "CONNECT app.test:443 HTTP/1.1\r\n" + HOST + "\r\n"),
        attack("an asterisk for GET", "3.2.4", "GET * HTTP/1.1\r\n" + HOST + "\r\n"),
        attack("a version in lower case", "2.3", "GET / http/1.1\r\n" + HOST + "\r\n"),
        attack("a version in mixed case", "2.3", "GET / Http/1.1\r\n" + HOST + "\r\n"),
        attack("a version of three digits", "2.3", "GET / HTTP/1.10\r\n" + HOST + "\r\n"),
        attack("no method", "3.1", " / HTTP/1.1\r\n" + HOST + "\r\n"),
        attack("a vertical tab in the target", "3.2", "GET /\u000bx HTTP/1.1\r\n" + HOST + "\r\n"),
        attack(
            "an absolute target without a host",
            "3.2",
            "GET http:///x HTTP/1.1\r\n" + HOST + "\r\n"));
  }

  private static Stream<Attack> hosts() {
    return Stream.of(
        attack("no Host", "3.2", "GET / HTTP/1.1\r\nA: b\r\n\r\n"),
        attack("two Hosts", "3.2", "GET / HTTP/1.1\r\n" + HOST + HOST + "\r\n"),
        attack("an empty Host", "3.2", "GET / HTTP/1.1\r\nHost:\r\n\r\n"),
        attack("a path in Host", "3.2", "GET / HTTP/1.1\r\nHost: app.test/x\r\n\r\n"),
        attack("user information in Host", "3.2", "GET / HTTP/1.1\r\nHost: a@app.test\r\n\r\n"),
        attack("a port in Host that is none", "3.2", "GET / HTTP/1.1\r\nHost: app.test:8a\r\n\r\n"),
        attack("two names in Host", "3.2", "GET / HTTP/1.1\r\nHost: app.test, b.test\r\n\r\n"),
        attack(
            "user information in an absolute target",
            "3.2",
            "GET http://a@app.test/ HTTP/1.1\r\n" + HOST + "\r\n"),
        attack("a blank in Host", "3.2", "GET / HTTP/1.1\r\nHost: app.test b.test\r\n\r\n"),
        attack(
            "an address in Host that is not closed", "3.2", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n"),
        attack(
            "a port in Host that is too long",
            "3.2",
            "GET / HTTP/1.1\r\nHost: app.test:000080\r\n\r\n"),
        attack(
            "a Host in the trailers' place and none above",
            "3.2",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + HOST + "\r\n"));
  }

  private static Stream<Attack> headers() {
    return Stream.of(
        attack("no colon", "5", "GET / HTTP/1.1\r\n" + HOST + "Broken\r\n\r\n"),
        attack("no name", "5", "GET / HTTP/1.1\r\n" + HOST + ": b\r\n\r\n"),
        attack("a name that is no token", "5", "GET / HTTP/1.1\r\n" + HOST + "A[]: b\r\n\r\n"),
        attack("NUL in a name", "5", "GET / HTTP/1.1\r\n" + HOST + "A\0: b\r\n\r\n"),
        attack("NUL in a value", "5", "GET / HTTP/1.1\r\n" + HOST + "A: b\0c\r\n\r\n"),
        attack(
            "a control character in a value",
            "5",
            "GET / HTTP/1.1\r\n" + HOST + "A: b\u0008\r\n\r\n"),
        attack("a space before the colon", "5.1", "GET / HTTP/1.1\r\n" + HOST + "A : b\r\n\r\n"),
        attack(
            "a space before the colon of Content-Length",
            "5.1",
            "POST / HTTP/1.1\r\n" + HOST + "Content-Length : 5\r\n\r\nhello"),
        attack("a folded header", "5.2", "GET / HTTP/1.1\r\n" + HOST + "A: b\r\n c\r\n\r\n"),
        attack(
            "a header folded by a tab", "5.2", "GET / HTTP/1.1\r\n" + HOST + "A: b\r\n\tc\r\n\r\n"),
        attack("a folded Host", "5.2", "GET / HTTP/1.1\r\nHost: app\r\n .test\r\n\r\n"),
        attack(
            "a line of blanks among the headers", "5.2", "GET / HTTP/1.1\r\n" + HOST + " \r\n\r\n"),
        attack("a tab before the colon", "5.1", "GET / HTTP/1.1\r\n" + HOST + "A\t: b\r\n\r\n"),
        attack(
            "a space before the colon of Transfer-Encoding",
            "5.1",
            "POST / HTTP/1.1\r\n" + HOST + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"),
        attack("a name beyond ASCII", "5", "GET / HTTP/1.1\r\n" + HOST + "\u00c4: b\r\n\r\n"),
        attack("DEL in a value", "5", "GET / HTTP/1.1\r\n" + HOST + "A: b\u007f\r\n\r\n"));
  }

  private static Stream<Attack> codings() {
    return Stream.of(
        coded("a folded Transfer-Encoding", "\r\n chunked"),
        attack(
            "both Content-Length and Transfer-Encoding",
            "6.1",
            "POST / HTTP/1.1\r\n"
                + HOST
                + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        attack(
            "Transfer-Encoding in HTTP/1.0",
            "6.1",
            "POST / HTTP/1.0\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        coded("chunked is not last", " chunked, identity"),
        coded("chunked twice", " chunked, chunked"),
        attack(
            "two Transfer-Encodings",
            "6.1",
            "POST / HTTP/1.1\r\n"
                + HOST
                + "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n"),
        coded("a coding that only looks like chunked", " xchunked"),
        attack(
            "quoted chunked",
            "6.1",
            "POST / HTTP/1.1\r\n" + HOST + "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n"),
        attack(
            "Transfer-Encoding before Content-Length",
            "6.1",
            "POST / HTTP/1.1\r\n"
                + HOST
                + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n"),
        attack(
            "Transfer-Encoding with a Content-Length of 0",
            "6.1",
            "POST / HTTP/1.1\r\n"
                + HOST
                + "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        coded("a coding before chunked", " gzip, chunked"),
        attack(
            "identity",
            "6.1",
            "POST / HTTP/1.1\r\n" + HOST + "Transfer-Encoding: identity\r\n\r\n"),
        coded("no coding", ""),
        coded("chunked in an empty list", " ,chunked"),
        coded("chunked with a parameter", " chunked;a=b"),
        attack(
            "a vertical tab before chunked",
            "5",
            "POST / HTTP/1.1\r\n" + HOST + "Transfer-Encoding: \u000bchunked\r\n\r\n0\r\n\r\n"),
        coded("a byte beyond ASCII after chunked", " chunked\u00a0"));
  }

  /// A request without a body to speak of, framed by what stands behind `Transfer-Encoding:`.
  private static Attack coded(String name, String value) {
    var head = "POST / HTTP/1.1\r\n" + HOST + "Transfer-Encoding:" + value;
    return attack(name, "6.1", head + "\r\n\r\n0\r\n\r\n");
  }

  private static Stream<Attack> lengths() {
    return Stream.of(
        attack(
            "two Content-Lengths that differ",
            "6.3",
            "POST / HTTP/1.1\r\n" + HOST + "Content-Length: 4\r\nContent-Length: 5\r\n\r\nhello"),
        attack(
            "a list of lengths",
            "6.2",
            "POST / HTTP/1.1\r\n" + HOST + "Content-Length: 5, 5\r\n\r\nhello"),
        attack(
            "a signed length",
            "6.2",
            "POST / HTTP/1.1\r\n" + HOST + "Content-Length: +5\r\n\r\nhello"),
        attack(
            "a negative length",
            "6.2",
            "POST / HTTP/1.1\r\n" + HOST + "Content-Length: -5\r\n\r\nhello"),
        attack(
            "a length in hex",
            "6.2",
            "POST / HTTP/1.1\r\n" + HOST + "Content-Length: 0x5\r\n\r\nhello"),
        attack(
            "an empty length",
            "6.2",
            "POST / HTTP/1.1\r\n" + HOST + "Content-Length:\r\n\r\nhello"),
        attack(
            "a length beyond counting",
            "6.2",
            "POST / HTTP/1.1\r\n" + HOST + "Content-Length: 99999999999999999999\r\n\r\nhello"),
        attack(
            "two Content-Lengths that agree",
            "6.3",
            "POST / HTTP/1.1\r\n" + HOST + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello"),
        attack(
            "two Content-Lengths, one in lower case",
            "6.3",
            "POST / HTTP/1.1\r\n" + HOST + "Content-Length: 5\r\ncontent-length: 0\r\n\r\nhello"),
        attack(
            "a length with a fraction",
            "6.2",
            "POST / HTTP/1.1\r\n" + HOST + "Content-Length: 5.0\r\n\r\nhello"),
        attack(
            "a length of two numbers",
            "6.2",
            "POST / HTTP/1.1\r\n" + HOST + "Content-Length: 5 5\r\n\r\nhello"),
        attack(
            "a list that ends with a comma",
            "6.2",
            "POST / HTTP/1.1\r\n" + HOST + "Content-Length: 5,\r\n\r\nhello"));
  }

  private static Stream<Attack> chunks() {
    return Stream.of(
        attack("a chunk size that is no number", "7.1", CHUNKED + "xyz\r\nhello\r\n0\r\n\r\n"),
        attack("a chunk size in C's hex", "7.1", CHUNKED + "0x5\r\nhello\r\n0\r\n\r\n"),
        attack("a signed chunk size", "7.1", CHUNKED + "+5\r\nhello\r\n0\r\n\r\n"),
        attack("an empty chunk size", "7.1", CHUNKED + "\r\nhello\r\n0\r\n\r\n"),
        attack("a space after a chunk size", "7.1", CHUNKED + "5 \r\nhello\r\n0\r\n\r\n"),
        attack(
            "a chunk size that overflows",
            "7.1",
            CHUNKED + "10000000000000005\r\nhello\r\n0\r\n\r\n"),
        attack("a chunk longer than it says", "7.1", CHUNKED + "4\r\nhello\r\n0\r\n\r\n"),
        attack("a bare LF after a chunk", "7.1", CHUNKED + "5\r\nhello\n0\r\n\r\n"),
        attack("a bare LF after a chunk size", "7.1.1", CHUNKED + "5\nhello\r\n0\r\n\r\n"),
        attack("a bare CR in a chunk extension", "7.1.1", CHUNKED + "5;a\rb\r\nhello\r\n0\r\n\r\n"),
        attack("a bare LF in a trailer", "7.1.2", CHUNKED + "0\r\nA: b\n\r\n"),
        attack("a space before a trailer's colon", "7.1.2", CHUNKED + "0\r\nA : b\r\n\r\n"),
        attack("a negative chunk size", "7.1", CHUNKED + "-1\r\nhello\r\n0\r\n\r\n"),
        attack(
            "a chunk size that turns negative", "7.1", CHUNKED + "ffffffff\r\nhello\r\n0\r\n\r\n"),
        attack(
            "a chunk size that wraps to its last digit",
            "7.1",
            CHUNKED + "100000005\r\nhello\r\n0\r\n\r\n"),
        attack("a tab before a chunk size", "7.1", CHUNKED + "\t5\r\nhello\r\n0\r\n\r\n"),
        attack("an underscore in a chunk size", "7.1", CHUNKED + "0_5\r\nhello\r\n0\r\n\r\n"),
        attack("a chunk shorter than it says", "7.1", CHUNKED + "7\r\nhello\r\n0\r\n\r\n"),
        attack("a bare CR after a chunk size", "7.1", CHUNKED + "5\rhello\r\n0\r\n\r\n"),
        attack("a bare LF in a chunk extension", "7.1.1", CHUNKED + "5;a\nb\r\nhello\r\n0\r\n\r\n"),
        attack("NUL in a chunk extension", "7.1.1", CHUNKED + "5;a\0\r\nhello\r\n0\r\n\r\n"),
        attack("a bare LF after the last chunk", "7.1.1", CHUNKED + "0\n\r\n"),
        attack("a trailer without a colon", "7.1.2", CHUNKED + "0\r\nBroken\r\n\r\n"),
        attack("NUL in a trailer", "7.1.2", CHUNKED + "0\r\nA: b\0\r\n\r\n"));
  }

  @TestFactory
  Stream<DynamicTest> attacksAreRefused() {
    return attacks().map(attack -> DynamicTest.dynamicTest(attack.name(), () -> refused(attack)));
  }

  private void refused(Attack attack) throws IOException {
    try (RawClient client = edge.connect()) {
      client.send(attack.bytes() + "GET /smuggled HTTP/1.1\r\n" + HOST + "\r\n");
      RawClient.Message answer = client.message();
      assertThat(answer.status()).as(answer.body()).isEqualTo(400);
      assertThat(answer.body()).contains("RFC 9112 " + attack.clause() + ":");
      assertThat(answer.body()).contains("S-400-FRAMING");
      assertThat(answer.header("connection")).isEqualTo("close");
      assertThat(client.toEnd()).as("nothing else is answered").isEmpty();
    }
    assertThat(app.requests()).as("whole requests that the app has seen").isEmpty();
  }

  @Test
  void aBlockOfHeadersBeyond64KiBIsRefusedWith431() throws IOException {
    try (RawClient client = edge.connect()) {
      client.send("GET / HTTP/1.1\r\n" + HOST + "A: " + "b".repeat(66_000) + "\r\n\r\n");
      RawClient.Message answer = client.message();
      assertThat(answer.status()).isEqualTo(431);
      assertThat(answer.body()).contains("S-431-HEAD");
    }
  }

  @Test
  void aRequestLineBeyond16KiBIsRefusedWith414EvenWithoutAnEnd() throws IOException {
    try (RawClient client = edge.connect()) {
      client.send("GET /" + "a".repeat(17_000));
      RawClient.Message answer = client.message();
      assertThat(answer.status()).isEqualTo(414);
      assertThat(answer.body()).contains("S-414-LINE");
    }
  }

  @Test
  void anotherVersionIsRefusedWith505() throws IOException {
    try (RawClient client = edge.connect()) {
      client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
      assertThat(client.message().status()).isEqualTo(505);
    }
  }

  @Test
  void anAttackIsRefusedHoweverItIsCutIntoPackets() throws IOException {
    String attack = "POST / HTTP/1.1\r\n" + HOST + "A: b\r\n c\r\n\r\n";
    try (RawClient client = edge.connect()) {
      for (int i = 0; i < attack.length(); i++) {
        client.send(attack.substring(i, i + 1));
      }
      assertThat(client.message().body()).contains("RFC 9112 5.2:");
    }
    assertThat(app.requests()).isEmpty();
  }
}
