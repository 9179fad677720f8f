package dev.stead.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// A client of HTTP/2, or an app that speaks it, that writes and reads frames as they are (RFC 9113
/// 4.1):
///
/// ```
/// 3 bytes length, 1 type, 1 flags, 4 stream, payload
/// ```
final class RawStreams implements AutoCloseable {
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;

  static final int END_STREAM = 1;
  static final int ACK = 1;
  static final int END_HEADERS = 4;

  /// What a client says first (RFC 9113 3.4), bytes as characters.
  static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;
  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);

  /// A frame; of one with headers these are decoded.
  ///
  /// @param text its payload, bytes as Latin-1 characters
  record Frame(int type, int flags, int stream, String text, List<String> headers) {
    boolean ends() {
      return (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
    }

    /// The error code of a RST_STREAM or GOAWAY.
    int error() {
      return number(type == GOAWAY ? 4 : 0);
    }

    /// Four bytes of the payload.
    int number(int from) {
      return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)).getInt(from);
    }
  }

  private RawStreams(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(socket.getInputStream());
    this.out = new DataOutputStream(socket.getOutputStream());
  }

  /// Greets with settings that are the protocol's defaults.
  static RawStreams connect(EdgeUnderTest edge) throws IOException {
    RawStreams made = silent(edge);
    made.out.write(PREFACE.getBytes(StandardCharsets.US_ASCII));
    made.frame(SETTINGS, 0, 0);
    return made;
  }

  /// Shakes hands and says nothing more.
  static RawStreams silent(EdgeUnderTest edge) throws IOException {
    return new RawStreams(
        TlsClient.shake(TlsClient.trustingAnybody(), edge.httpsPort(), "app.test", "h2"));
  }

  /// Sends bytes that may be no frames.
  RawStreams send(byte... bytes) throws IOException {
    out.write(bytes);
    out.flush();
    return this;
  }

  /// How long to wait for the other side to say something.
  RawStreams patience(int millis) throws IOException {
    socket.setSoTimeout(millis);
    return this;
  }

  /// Reads on until the other side ends.
  void toEnd() throws IOException {
    in.transferTo(OutputStream.nullOutputStream());
  }

  /// An app's end, without TLS: reads the greeting and answers it with settings that are the
  /// protocol's defaults.
  static RawStreams accept(RawClient wire) throws IOException {
    return accept(wire, new byte[0]);
  }

  /// @param settings six bytes each: two of the name, four of the value (RFC 9113 6.5.1)
  static RawStreams accept(RawClient wire, byte... settings) throws IOException {
    if (!wire.exactly(PREFACE.length()).equals(PREFACE)) {
      throw new IOException("no greeting of HTTP/2 came");
    }
    return new RawStreams(wire.socket()).frame(SETTINGS, 0, 0, settings);
  }

  RawStreams reset(int stream, int error) throws IOException {
    return frame(RST_STREAM, 0, stream, (byte) 0, (byte) 0, (byte) 0, (byte) error);
  }

  /// Says that no stream after the last one will be begun any more.
  RawStreams goAway(int last) throws IOException {
    return frame(GOAWAY, 0, 0, ByteBuffer.allocate(8).putInt(last).array());
  }

  RawStreams frame(int type, int flags, int stream, byte... payload) throws IOException {
    out.write(bytes(type, flags, stream, payload));
    out.flush();
    return this;
  }

  private static byte[] bytes(int type, int flags, int stream, byte... payload) {
    var whole = ByteBuffer.allocate(9 + payload.length);
    whole.put((byte) (payload.length >> 16)).putShort((short) payload.length);
    whole.put((byte) type).put((byte) flags).putInt(stream).put(payload);
    return whole.array();
  }

  /// The same frame many times, in as few writes as it takes.
  RawStreams flood(int count, int type, int flags, int stream, byte... payload) throws IOException {
    byte[] one = bytes(type, flags, stream, payload);
    var all = ByteBuffer.allocate(count * one.length);
    for (int i = 0; i < count; i++) {
      all.put(one);
    }
    out.write(all.array());
    out.flush();
    return this;
  }

  /// Begins a request, or ends one with trailers.
  ///
  /// @param headers names and values in turn
  RawStreams head(int stream, boolean ended, String... headers) throws IOException {
    return frame(HEADERS, END_HEADERS | (ended ? END_STREAM : 0), stream, block(headers));
  }

  RawStreams get(int stream, String path) throws IOException {
    return head(stream, true, request("GET", path));
  }

  RawStreams data(int stream, boolean ended, String text) throws IOException {
    return frame(DATA, ended ? END_STREAM : 0, stream, text.getBytes(StandardCharsets.ISO_8859_1));
  }

  static String[] request(String method, String path, String... more) {
    List<String> headers =
        new ArrayList<>(
            List.of(
                ":method", method, ":scheme", "https", ":authority", "app.test", ":path", path));
    headers.addAll(List.of(more));
    return headers.toArray(String[]::new);
  }

  /// What asks for a WebSocket on a stream (RFC 8441 5).
  static String[] webSocket(String path) {
    return new String[] {
      ":method",
      "CONNECT",
      ":protocol",
      "websocket",
      ":scheme",
      "https",
      ":authority",
      "app.test",
      ":path",
      path,
      "sec-websocket-version",
      "13",
      "sec-websocket-protocol",
      "chat"
    };
  }

  /// Literal fields without indexing and without Huffman's code (RFC 7541 6.2.2).
  static byte[] block(String... headers) {
    var block = new ByteArrayOutputStream();
    for (int i = 0; i < headers.length; i += 2) {
      block.write(0);
      literal(block, headers[i]);
      literal(block, headers[i + 1]);
    }
    return block.toByteArray();
  }

  private static void literal(ByteArrayOutputStream block, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    if (bytes.length < 127) {
      block.write(bytes.length);
    } else {
      block.write(127);
      int rest = bytes.length - 127;
      while (rest >= 128) {
        block.write(rest % 128 + 128);
        rest /= 128;
      }
      block.write(rest);
    }
    block.writeBytes(bytes);
  }

  /// The next frame of any kind.
  Frame read() throws IOException {
    int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
    int type = in.readUnsignedByte();
    int flags = in.readUnsignedByte();
    int stream = in.readInt();
    byte[] payload = new byte[length];
    in.readFully(payload);
    return new Frame(
        type,
        flags,
        stream,
        new String(payload, StandardCharsets.ISO_8859_1),
        type == HEADERS ? decoded(stream, payload) : List.of());
  }

  private List<String> decoded(int stream, byte[] payload) throws IOException {
    ByteBuf block = Unpooled.wrappedBuffer(payload);
    try {
      Http2Headers headers = decoder.decodeHeaders(stream, block);
      List<String> lines = new ArrayList<>();
      headers.forEach(header -> lines.add(header.getKey() + ": " + header.getValue()));
      return lines;
    } catch (Http2Exception e) {
      throw new IOException(e);
    }
  }

  /// The next frame that is wanted; others are passed over.
  Frame await(Predicate<Frame> wanted) throws IOException {
    Frame next = read();
    while (!wanted.test(next)) {
      next = read();
    }
    return next;
  }

  /// What became of a request: its answer, or an error's code.
  record Answer(List<String> headers, String body, List<String> trailers, int reset) {
    String status() {
      return headers.isEmpty() ? "" : headers.getFirst();
    }
  }

  /// Reads one stream to its end, and says at once that more may come.
  Answer answer(int stream) throws IOException {
    List<String> headers = List.of();
    var body = new StringBuilder();
    while (true) {
      Frame next = await(frame -> frame.stream() == stream);
      switch (next.type()) {
        case RST_STREAM -> {
          return new Answer(headers, body.toString(), List.of(), next.error());
        }
        case HEADERS -> {
          boolean trailers = !headers.isEmpty() && !headers.getFirst().startsWith(":status: 1");
          if (trailers) {
            return new Answer(headers, body.toString(), next.headers(), -1);
          }
          headers = next.headers();
        }
        case DATA -> {
          body.append(next.text());
          more(stream, next.text().length());
        }
        default -> {}
      }
      if (next.ends()) {
        return new Answer(headers, body.toString(), List.of(), -1);
      }
    }
  }

  /// Opens both windows again by what was read.
  void more(int stream, int bytes) throws IOException {
    if (bytes > 0) {
      byte[] increment = ByteBuffer.allocate(4).putInt(bytes).array();
      frame(WINDOW_UPDATE, 0, 0, increment);
      frame(WINDOW_UPDATE, 0, stream, increment);
    }
  }

  /// Goes away before its time.
  void leave() throws IOException {
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
