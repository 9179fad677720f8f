package dev.stead.store.bench;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/// A connection that sends one HTTP/1.1 request after the other. It does the least that a client
/// must, so that it is not what is measured.
final class HttpConnection implements Closeable {
  /// More than any head of an answer has here.
  private static final int RECEIVED_BYTES_MAX = 16 << 10;

  private static final String LENGTH = "Content-Length:";

  private final String contentType;
  private final SocketChannel channel;

  /// What was received and not yet read.
  private final ByteBuffer received = ByteBuffer.allocate(RECEIVED_BYTES_MAX).flip();

  /// @param contentType of all bodies that it sends
  HttpConnection(SocketAddress address, String contentType) throws IOException {
    this.contentType = contentType;
    channel = SocketChannel.open(address);
  }

  /// Sends a request and reads its answer to the end.
  ///
  /// @param body ASCII
  /// @throws IOException when the answer is no 2xx
  void exchange(String method, String target, String body) throws IOException {
    String request =
        method
            + " "
            + target
            + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
            + contentType
            + "\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body;
    ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    readAnswer();
  }

  private void readAnswer() throws IOException {
    String status = line();
    int length = -1;
    for (String header = line(); !header.isEmpty(); header = line()) {
      if (header.regionMatches(true, 0, LENGTH, 0, LENGTH.length())) {
        length = Integer.parseInt(header.substring(LENGTH.length()).strip());
      }
    }
    if (length >= 0) {
      skip(length);
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
      skip(length + 2);
      length = Integer.parseInt(line(), 16);
    }
    line();
  }

  private void skip(int count) throws IOException {
    int left = count;
    while (left > received.remaining()) {
      left -= received.remaining();
      received.position(received.limit());
      receive();
    }
    received.position(received.position() + left);
  }

  private String line() throws IOException {
    int length = 0;
    while (true) {
      if (length == received.remaining()) {
        receive();
      }
      if (received.get(received.position() + length) == '\n') {
        break;
      }
      length++;
    }
    int start = received.position();
    received.position(start + length + 1);
    return new String(received.array(), start, length, StandardCharsets.US_ASCII).strip();
  }

  /// Waits for more, behind what there is.
  private void receive() throws IOException {
    received.compact();
    int count = channel.read(received);
    received.flip();
    if (count < 1) {
      throw new IOException("the connection was closed, or a line has no end");
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
