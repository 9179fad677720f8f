package dev.stead.rig.host;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;

/// One connection that speaks HTTP/2 (RFC 9113) over TLS, one stream after the other, and hides
/// nothing, as [Connection] does for HTTP/1.1.
public final class Http2Connection implements Closeable {
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  private static final int FRAME_BYTES_MAX = 16_384;
  private static final int WINDOW = 65_535;

  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int GOAWAY = 7;
  private static final int WINDOW_UPDATE = 8;

  private static final int ACK = 1;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;
  private static final int INITIAL_WINDOW_SIZE = 4;
  private static final int CANCEL = 8;

  private final String app;
  private final Socket socket;
  private final DataInputStream in;
  private final OutputStream out;
  private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();
  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder();
  private final Deque<Frame> unread = new ArrayDeque<>();
  private int stream = -1;
  private boolean answered;
  private boolean last;
  private Map<String, String> trailers = Map.of();
  private long initialWindow = WINDOW;
  private long streamWindow;
  private long connectionWindow = WINDOW;

  private record Frame(int type, int flags, int stream, ByteBuf payload) {
    boolean has(int flag) {
      return (flags & flag) != 0;
    }

    int number(int from) {
      return payload.getInt(from);
    }
  }

  /// The edge went away before it looked at the request, which may be sent again elsewhere (RFC
  /// 9113 6.8).
  public static final class UnprocessedException extends IOException {
    private static final long serialVersionUID = 1;

    private UnprocessedException(int stream, int lastStream) {
      super("the edge went away after stream %d, before %d".formatted(lastStream, stream));
    }
  }

  /// @param app whose host is asked for, `APP.localhost`
  public Http2Connection(Entrance entrance, String app) throws IOException {
    this.app = app;
    this.socket = entrance.connect(app + ".localhost", "h2");
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    this.out = socket.getOutputStream();
    out.write(PREFACE.getBytes(StandardCharsets.US_ASCII));
    write(SETTINGS, 0, 0);
  }

  /// Begins a request on a stream of its own, once the former one's answer has been read.
  ///
  /// @param ended whether it has no body
  /// @param headers names and values in turn
  public void begin(String method, String path, boolean ended, String... headers)
      throws IOException {
    stream += 2;
    answered = false;
    streamWindow = initialWindow;
    unread.clear();
    var head = new DefaultHttp2Headers();
    head.method(method).scheme("https").authority(app + ".localhost").path(path);
    for (var i = 0; i < headers.length; i += 2) {
      head.add(headers[i], headers[i + 1]);
    }
    var block = Unpooled.buffer();
    try {
      encoder.encodeHeaders(stream, head, block);
    } catch (Http2Exception e) {
      throw new IOException(e);
    }
    write(HEADERS, END_HEADERS | (ended ? END_STREAM : 0), stream, ByteBufUtil.getBytes(block));
  }

  /// Sends a part of the body, of one frame at most, once the other side has room for it.
  public void send(byte[] part, boolean ended) throws IOException {
    if (part.length > FRAME_BYTES_MAX) {
      throw new IllegalArgumentException(part.length + " bytes are more than a frame");
    }
    while (Math.min(streamWindow, connectionWindow) < part.length) {
      unread.add(read());
    }
    streamWindow -= part.length;
    connectionWindow -= part.length;
    write(DATA, ended ? END_STREAM : 0, stream, part);
  }

  /// The head of the answer; its `:status` stands among the headers, too.
  public Connection.Head readHead() throws IOException {
    var frame = next();
    if (frame.type() != HEADERS) {
      throw new IOException("the answer has no head but " + frame);
    }
    var headers = decoded(frame);
    return new Connection.Head(Integer.parseInt(headers.getOrDefault(":status", "0")), headers);
  }

  /// The next part of the answer's body; empty at its end.
  public byte[] readData() throws IOException {
    while (!answered) {
      var frame = next();
      if (frame.type() == HEADERS) {
        trailers = decoded(frame);
      } else if (frame.payload().isReadable()) {
        more(frame.payload().readableBytes(), frame.has(END_STREAM));
        return ByteBufUtil.getBytes(frame.payload());
      }
    }
    return new byte[0];
  }

  /// What followed the body that was read last.
  public Map<String, String> trailers() {
    return trailers;
  }

  public String readBody() throws IOException {
    var body = new StringBuilder();
    for (var part = readData(); part.length > 0; part = readData()) {
      body.append(new String(part, StandardCharsets.ISO_8859_1));
    }
    return body.toString();
  }

  /// Gives the request up before its answer has ended.
  public void cancel() throws IOException {
    write(RST_STREAM, 0, stream, number(CANCEL));
    answered = true;
  }

  /// Whether the other side wants no more requests on this connection.
  public boolean isLast() {
    return last;
  }

  private void more(int bytes, boolean ended) throws IOException {
    write(WINDOW_UPDATE, 0, 0, number(bytes));
    if (!ended) {
      write(WINDOW_UPDATE, 0, stream, number(bytes));
    }
  }

  /// The next frame of the stream.
  private Frame next() throws IOException {
    while (true) {
      var frame = unread.isEmpty() ? read() : unread.remove();
      if (frame.stream() == stream && (frame.type() == DATA || frame.type() == HEADERS)) {
        answered = frame.has(END_STREAM);
        return frame;
      }
    }
  }

  /// The next frame of any stream, with what it asks of the connection done.
  private Frame read() throws IOException {
    var length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
    var type = in.readUnsignedByte();
    var flags = in.readUnsignedByte();
    var of = in.readInt();
    var payload = new byte[length];
    in.readFully(payload);
    var frame = new Frame(type, flags, of, Unpooled.wrappedBuffer(payload));
    switch (frame.type()) {
      case SETTINGS -> settle(frame);
      case PING -> answerPing(frame);
      case GOAWAY -> goAway(frame);
      case RST_STREAM -> {
        if (frame.stream() == stream && !answered) {
          throw new IOException("the stream was reset with error " + frame.number(0));
        }
      }
      case WINDOW_UPDATE -> {
        if (frame.stream() == 0) {
          connectionWindow += frame.number(0);
        } else if (frame.stream() == stream) {
          streamWindow += frame.number(0);
        }
      }
      default -> {}
    }
    return frame;
  }

  private void settle(Frame settings) throws IOException {
    if (settings.has(ACK)) {
      return;
    }
    var pairs = settings.payload();
    while (pairs.isReadable()) {
      var name = pairs.readShort();
      var value = pairs.readInt();
      if (name == INITIAL_WINDOW_SIZE) {
        streamWindow += value - initialWindow;
        initialWindow = value;
      }
    }
    write(SETTINGS, ACK, 0);
  }

  private void answerPing(Frame ping) throws IOException {
    if (!ping.has(ACK)) {
      write(PING, ACK, 0, ByteBufUtil.getBytes(ping.payload()));
    }
  }

  private void goAway(Frame frame) throws IOException {
    last = true;
    if (frame.number(4) != 0) {
      throw new IOException("the edge went away with error " + frame.number(4));
    }
    if (frame.number(0) < stream) {
      throw new UnprocessedException(stream, frame.number(0));
    }
  }

  private Map<String, String> decoded(Frame frame) throws IOException {
    try {
      Http2Headers headers = decoder.decodeHeaders(frame.stream(), frame.payload());
      var read = new TreeMap<String, String>();
      headers.forEach(header -> read.put(header.getKey().toString(), header.getValue().toString()));
      return read;
    } catch (Http2Exception e) {
      throw new IOException(e);
    }
  }

  private static byte[] number(int number) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
  }

  private void write(int type, int flags, int stream, byte... payload) throws IOException {
    var frame = ByteBuffer.allocate(9 + payload.length);
    frame.put((byte) (payload.length >> 16)).putShort((short) payload.length);
    frame.put((byte) type).put((byte) flags).putInt(stream).put(payload);
    out.write(frame.array());
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
