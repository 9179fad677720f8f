package dev.stead.edge.http;

import io.netty.buffer.ByteBuf;

/// Follows the frames of one direction of a WebSocket (RFC 6455 5.2), to know where a frame of our
/// own may stand between them. Reads headers only.
///
/// ```
/// byte 0       FIN, opcode
/// byte 1       MASK, length (126: 2 bytes follow, 127: 8 bytes follow)
/// 0, 2, 8      extended length
/// 0, 4         masking key
/// length       payload
/// ```
final class WebSocketFrames {
  private static final int MASKED = 0x80;
  private static final int LENGTH = 0x7F;
  private static final int LENGTH_IN_2 = 126;
  private static final int LENGTH_IN_8 = 127;
  private static final int KEY_BYTES = 4;

  /// Bytes of the present frame's header seen so far; 0 between frames.
  private int headerSeen;

  private int headerLength;
  private int secondByte;
  private long payload;

  /// Whether the last byte read ended a frame, or none was read.
  boolean between() {
    return headerSeen == 0;
  }

  /// Follows all of the bytes.
  void follow(ByteBuf bytes) {
    int at = bytes.readerIndex();
    while (at < bytes.writerIndex()) {
      at += step(bytes, at);
    }
  }

  /// Follows the bytes up to the end of the present frame; returns how many that were.
  int followToEnd(ByteBuf bytes) {
    int at = bytes.readerIndex();
    while (at < bytes.writerIndex() && !between()) {
      at += step(bytes, at);
    }
    return at - bytes.readerIndex();
  }

  private int step(ByteBuf bytes, int at) {
    if (headerSeen > 1 && headerSeen == headerLength) {
      long taken = Math.min(payload, bytes.writerIndex() - at);
      payload -= taken;
      endIfWhole();
      return (int) taken;
    }
    header(bytes.getByte(at) & 0xFF);
    return 1;
  }

  private void header(int value) {
    headerSeen++;
    if (headerSeen == 1) {
      payload = 0;
      headerLength = 2;
    } else if (headerSeen == 2) {
      secondByte = value;
      int length = value & LENGTH;
      int extended = length == LENGTH_IN_2 ? 2 : length == LENGTH_IN_8 ? 8 : 0;
      headerLength = 2 + extended + ((value & MASKED) == 0 ? 0 : KEY_BYTES);
      payload = extended == 0 ? length : 0;
    } else if (headerSeen <= headerLength - ((secondByte & MASKED) == 0 ? 0 : KEY_BYTES)) {
      payload = (payload << 8 | value) & Long.MAX_VALUE;
    }
    endIfWhole();
  }

  private void endIfWhole() {
    if (headerSeen > 1 && headerSeen == headerLength && payload == 0) {
      headerSeen = 0;
    }
  }
}
