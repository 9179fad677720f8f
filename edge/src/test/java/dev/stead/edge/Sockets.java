package dev.stead.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;

/// WebSockets (RFC 6455) as raw bytes, for both ends of the edge.
final class Sockets {
  private static final int LENGTH = 0x7F;
  private static final int CLOSE = 8;

  private Sockets() {}

  /// The client's half of the opening handshake.
  static void open(RawClient client) throws IOException {
    client.send(
        "GET /ws HTTP/1.1\r\nHost: app.test\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
    RawClient.Message answer = client.head();
    assertThat(answer.status()).isEqualTo(101);
    assertThat(answer.header("upgrade")).isEqualTo("websocket");
    assertThat(answer.header("connection")).isEqualToIgnoringCase("upgrade");
    assertThat(answer.header("sec-websocket-accept")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  }

  /// The app's half.
  static void accept(RawClient wire) throws IOException {
    RawClient.Message request = wire.head();
    assertThat(request.header("upgrade")).isEqualTo("websocket");
    assertThat(request.header("connection")).isEqualToIgnoringCase("upgrade");
    wire.send(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
  }

  /// A client's text frame, masked with zeros.
  static String text(String text) {
    return "\u0081" + (char) (0x80 | text.length()) + "\0\0\0\0" + text;
  }

  /// An app that sends every frame back.
  static void echo(App app, RawClient wire) throws IOException {
    accept(wire);
    int first = wire.read();
    while (first >= 0 && (first & 0xF) != CLOSE) {
      int length = wire.read() & LENGTH;
      wire.exactly(4);
      wire.send("" + (char) first + (char) length + wire.exactly(length));
      first = wire.read();
    }
  }
}
