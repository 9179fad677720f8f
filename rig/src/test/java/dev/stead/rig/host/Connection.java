package dev.stead.rig.host;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// One connection that speaks HTTP/1.1 and hides nothing: it neither retries nor reconnects, as the
/// clients of libraries do.
public final class Connection implements Closeable {
  private final String app;
  private final Socket socket;
  private final DataInputStream in;

  /// Connects to an edge, wherever it is.
  ///
  /// @param app whose host is asked for, `APP.localhost`
  public Connection(Entrance entrance, String app) throws IOException {
    this.app = app;
    this.socket = entrance.connect(app + ".localhost", "http/1.1");
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
  }

  /// The head of an answer.
  ///
  /// @param headers by lower-case name
  public record Head(int status, Map<String, String> headers) {
    /// Refuses any other status.
    public void expect(int wanted) throws IOException {
      if (status != wanted) {
        throw new IOException("answered %d instead of %d %s".formatted(status, wanted, headers));
      }
    }

    /// Whether the server closes the connection after this answer.
    public boolean isLast() {
      return "close".equalsIgnoreCase(headers.get("connection"));
    }

    private boolean chunked() {
      return "chunked".equalsIgnoreCase(headers.get("transfer-encoding"));
    }
  }

  public DataInputStream in() {
    return in;
  }

  public void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  /// Sends a request's head; each header ends with CRLF.
  public void sendHead(String method, String path, String headers) throws IOException {
    var head =
        "%s %s HTTP/1.1\r\nHost: %s.localhost\r\n%s\r\n".formatted(method, path, app, headers);
    send(head.getBytes(StandardCharsets.ISO_8859_1));
  }

  public Head readHead() throws IOException {
    var status = readLine();
    if (!status.matches("HTTP/1\\.1 \\d{3}.*")) {
      throw new IOException("not a status line: '" + status + "'");
    }
    var headers = new TreeMap<String, String>();
    for (var line = readLine(); !line.isEmpty(); line = readLine()) {
      var colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return new Head(Integer.parseInt(status.substring(9, 12)), headers);
  }

  public String readBody(Head head) throws IOException {
    var body = new ByteArrayOutputStream();
    if (head.chunked()) {
      for (var chunk = readChunk(); chunk.length > 0; chunk = readChunk()) {
        body.write(chunk);
      }
    } else {
      var length = head.headers().get("content-length");
      if (length == null) {
        throw new IOException("neither a length nor chunks: " + head);
      }
      body.write(in.readNBytes(Integer.parseInt(length)));
      if (body.size() != Integer.parseInt(length)) {
        throw new EOFException("%d of %s bytes, then the end".formatted(body.size(), length));
      }
    }
    return body.toString(StandardCharsets.UTF_8);
  }

  /// The next chunk; empty at the end of the body.
  public byte[] readChunk() throws IOException {
    var chunk = new byte[Integer.parseInt(readLine().strip(), 16)];
    in.readFully(chunk);
    if (!readLine().isEmpty()) {
      throw new IOException("a chunk is longer than it said");
    }
    return chunk;
  }

  private String readLine() throws IOException {
    var line = new StringBuilder();
    for (var c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the connection ended after '" + line + "'");
      }
      line.append((char) c);
    }
    return line.toString().stripTrailing();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
