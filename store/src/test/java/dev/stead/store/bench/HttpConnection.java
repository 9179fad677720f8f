package dev.stead.store.bench;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// A connection that sends one HTTP/1.1 request after the other. It does the least that a client
/// must, so that it is not what is measured.
final class HttpConnection implements Closeable {
  private final String contentType;
  private final SocketChannel channel;
  private final InputStream input;

  /// @param contentType of all bodies that it sends
  HttpConnection(SocketAddress address, String contentType) throws IOException {
    this.contentType = contentType;
    channel = SocketChannel.open(address);
    input = new BufferedInputStream(Channels.newInputStream(channel));
  }

  /// Sends a request and reads its answer to the end.
  ///
  /// @throws IOException when the answer is no 2xx
  void exchange(String method, String target, String body) throws IOException {
    byte[] utf8 = body.getBytes(StandardCharsets.UTF_8);
    String head =
        "%s %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
            .formatted(method, target, contentType, utf8.length);
    byte[] start = head.getBytes(StandardCharsets.US_ASCII);
    ByteBuffer request = ByteBuffer.allocate(start.length + utf8.length);
    request.put(start).put(utf8).flip();
    while (request.hasRemaining()) {
      channel.write(request);
    }
    readAnswer();
  }

  private void readAnswer() throws IOException {
    String status = line();
    int length = -1;
    for (String header = line(); !header.isEmpty(); header = line()) {
      String lower = header.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Integer.parseInt(lower.substring(lower.indexOf(':') + 1).strip());
      }
    }
    if (length >= 0) {
      input.skipNBytes(length);
    } else {
      skipChunks();
    }
    if (!status.startsWith("HTTP/1.1 2")) {
      throw new IOException("refused: " + status);
    }
  }

  private void skipChunks() throws IOException {
    int length = Integer.parseInt(line(), 16);
    while (length > 0) {
      input.skipNBytes(length + 2);
      length = Integer.parseInt(line(), 16);
    }
    line();
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = input.read(); next != '\n'; next = input.read()) {
      if (next < 0) {
        throw new IOException("the connection was closed");
      }
      line.append((char) next);
    }
    return line.toString().strip();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
