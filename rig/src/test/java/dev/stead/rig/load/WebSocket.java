package dev.stead.rig.load;

import dev.stead.rig.host.Connection;
import dev.stead.rig.host.Entrance;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/// Has a conversation with the app's echo over a WebSocket (RFC 6455) for a while, then says
/// goodbye.
final class WebSocket implements Visitor {
  private static final int TEXT = 0x1;
  private static final int CLOSE = 0x8;
  private static final int NORMAL = 1000;
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final Entrance edge;
  private final Supplier<Stay> stay;

  WebSocket(Entrance edge, Supplier<Stay> stay) {
    this.edge = edge;
    this.stay = stay;
  }

  /// A frame of at most 125 bytes, unfragmented: the app sends no others.
  ///
  /// @param payload one character per byte
  private record Frame(int kind, String payload) {
    int closeCode() {
      return payload.length() < 2 ? 0 : payload.charAt(0) << 8 | payload.charAt(1);
    }
  }

  @Override
  public Ending visit() throws IOException {
    try (var connection = new Connection(edge, "load")) {
      connection.sendHead(
          "GET",
          "/echo",
          """
          Connection: Upgrade\r
          Upgrade: websocket\r
          Sec-WebSocket-Version: 13\r
          Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
          """);
      var head = connection.readHead();
      head.expect(101);
      if (!"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=".equals(head.headers().get("sec-websocket-accept"))) {
        throw new IOException("another handshake was answered: " + head);
      }
      var release = Integer.parseInt(read(connection).payload().substring("release ".length()));
      return converse(connection, release, stay.get());
    }
  }

  private static Ending converse(Connection connection, int release, Stay stay) throws IOException {
    for (var number = 0; !stay.isOver(); number++) {
      var said = "text " + number;
      Frame heard;
      try {
        send(connection, TEXT, said.getBytes(StandardCharsets.US_ASCII));
        heard = read(connection);
      } catch (EOFException | SocketException e) {
        return new Ending.Cut(release, "no close frame: " + e.getMessage());
      }
      if (heard.kind() == CLOSE) {
        return new Ending.Cut(release, "close " + heard.closeCode());
      }
      if (!heard.payload().equals(said)) {
        throw new IOException("'%s' was echoed as '%s'".formatted(said, heard.payload()));
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    send(connection, CLOSE, new byte[] {(byte) (NORMAL >> 8), (byte) NORMAL});
    var goodbye = read(connection);
    if (goodbye.kind() != CLOSE) {
      throw new IOException("goodbye was answered with " + goodbye);
    }
    // Both sides may say it at once (section 7.1.5): then the other's was on its way already.
    return goodbye.closeCode() == NORMAL
        ? Ending.DONE
        : new Ending.Cut(release, "close " + goodbye.closeCode());
  }

  // A mask of zeros is a mask (section 5.3): it leaves the bytes as they are.
  private static void send(Connection connection, int kind, byte[] payload) throws IOException {
    var frame = new byte[6 + payload.length];
    frame[0] = (byte) (0x80 | kind);
    frame[1] = (byte) (0x80 | payload.length);
    System.arraycopy(payload, 0, frame, 6, payload.length);
    connection.send(frame);
  }

  private static Frame read(Connection connection) throws IOException {
    var in = connection.in();
    var kind = in.readUnsignedByte() & 0x0f;
    var payload = new byte[in.readUnsignedByte()];
    in.readFully(payload);
    return new Frame(kind, new String(payload, StandardCharsets.ISO_8859_1));
  }

  @Override
  public void close() {
    // a stream's connection lives no longer than its visit
  }
}
