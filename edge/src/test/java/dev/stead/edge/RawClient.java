package dev.stead.edge;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// One end of a TCP connection, read and written as raw HTTP: for clients and for targets.
final class RawClient implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  RawClient(Socket socket) throws IOException {
    this.socket = socket;
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
    this.in = socket.getInputStream();
    this.out = socket.getOutputStream();
  }

  static RawClient connect(int port) throws IOException {
    return new RawClient(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  /// Comes from another address of this machine's loopback network.
  static RawClient connectFrom(String address, int port) throws IOException {
    return new RawClient(
        new Socket(InetAddress.getLoopbackAddress(), port, InetAddress.ofLiteral(address), 0));
  }

  /// A message as it came: its first line, its headers in lower case, its body decoded.
  record Message(String start, String head, Map<String, String> headers, String body) {
    int status() {
      return Integer.parseInt(start.split(" ", -1)[1]);
    }

    String header(String name) {
      return headers.getOrDefault(name, "");
    }
  }

  Socket socket() {
    return socket;
  }

  /// Bytes as Latin-1 characters.
  RawClient send(String bytes) throws IOException {
    out.write(bytes.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
    return this;
  }

  RawClient send(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
    return this;
  }

  RawClient get(String path) throws IOException {
    return send("GET " + path + " HTTP/1.1\r\nHost: app.test\r\n\r\n");
  }

  RawClient post(String path, String body) throws IOException {
    return send(
        "POST "
            + path
            + " HTTP/1.1\r\nHost: app.test\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body);
  }

  boolean readable() {
    try {
      return in.available() > 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int read() throws IOException {
    return in.read();
  }

  String line() throws IOException {
    var line = new StringBuilder();
    int next = in.read();
    while (next != '\n') {
      if (next < 0) {
        throw new EOFException("the connection ended after '" + line + "'");
      }
      line.append((char) next);
      next = in.read();
    }
    return line.toString().stripTrailing();
  }

  String exactly(long length) throws IOException {
    byte[] bytes = in.readNBytes(Math.toIntExact(length));
    if (bytes.length < length) {
      throw new EOFException(bytes.length + " of " + length + " bytes came");
    }
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  String toEnd() throws IOException {
    var all = new ByteArrayOutputStream();
    in.transferTo(all);
    return all.toString(StandardCharsets.ISO_8859_1);
  }

  /// Whether the other side has ended its side in an orderly way, with nothing more to read.
  boolean ended() throws IOException {
    return in.read() < 0;
  }

  /// The head alone: the body is left for the caller.
  Message head() throws IOException {
    String start = line();
    var head = new StringBuilder();
    Map<String, String> headers = new HashMap<>();
    String line = line();
    while (!line.isEmpty()) {
      head.append(line).append('\n');
      int colon = line.indexOf(':');
      headers.merge(
          line.substring(0, colon).toLowerCase(Locale.ROOT),
          line.substring(colon + 1).strip(),
          (a, b) -> a + ", " + b);
      line = line();
    }
    return new Message(start, head.toString(), headers, "");
  }

  /// A request, or an answer to something else than HEAD.
  Message message() throws IOException {
    Message head = head();
    return new Message(head.start(), head.head(), head.headers(), body(head));
  }

  /// What follows a head that was read alone.
  String body(Message head) throws IOException {
    if (head.header("transfer-encoding").equals("chunked")) {
      return chunks();
    }
    return head.headers().containsKey("content-length")
        ? exactly(Long.parseLong(head.header("content-length")))
        : "";
  }

  private String chunks() throws IOException {
    var body = new StringBuilder();
    while (true) {
      String chunk = chunk();
      if (chunk.isEmpty()) {
        return body.toString();
      }
      body.append(chunk);
    }
  }

  /// One chunk; after the last, which is empty, its trailers are read too.
  String chunk() throws IOException {
    int size = Integer.parseInt(line(), 16);
    if (size > 0) {
      String chunk = exactly(size);
      line();
      return chunk;
    }
    while (!line().isEmpty()) {}
    return "";
  }

  void shutdownOutput() throws IOException {
    socket.shutdownOutput();
  }

  /// Goes away in an orderly manner.
  void leave() throws IOException {
    socket.close();
  }

  /// Closes with a reset instead of an orderly end.
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
