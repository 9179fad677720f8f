package dev.stead.edge;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/// What a client of HTTP/2 sends on one connection after the handshake (RFC 9113 3.4 and 4.1), some
/// of it changed: the headers before they are packed, the frames, or their bytes.
final class FuzzedStreams {
  private static final int REQUESTS_MAX = 8;
  private static final int HEAD_BYTES = 9;
  private static final int TYPES = 12;

  /// Names and values in turn.
  private static final List<String> LINES =
      List.of(
          ":method",
          "GET",
          ":path",
          "/x",
          ":scheme",
          "http",
          ":authority",
          "b.test",
          ":status",
          "200",
          "host",
          "app.test",
          "content-length",
          "5",
          "content-length",
          "0",
          "content-length",
          "39, 39",
          "transfer-encoding",
          "chunked",
          "connection",
          "close",
          "te",
          "trailers",
          "te",
          "gzip",
          "upgrade",
          "h2c",
          "x-request-id",
          "forged",
          "cookie",
          "a=1",
          "expect",
          "100-continue",
          "a",
          "b\r\nc: d",
          "a",
          "b\0",
          "A",
          "b",
          "a b",
          "c",
          ":protocol",
          "websocket");

  private static final List<String> VALUES =
      List.of(
          "/x y HTTP/1.1", "*", "", "/x#y", "/\u00e9", "app.test, b.test", "GET /x", "b ", "39");

  /// @param payload bytes as Latin-1 characters
  private record Frame(int type, int flags, int stream, String payload) {}

  /// What is sent.
  ///
  /// @param bytes as Latin-1 characters
  /// @param requests that its frames begin and end; 0 when that was changed, so that nobody knows
  record Sent(String bytes, int requests) {}

  private final RandomGenerator random;

  private FuzzedStreams(RandomGenerator random) {
    this.random = random;
  }

  static Sent next(RandomGenerator random) {
    return new FuzzedStreams(random).sent();
  }

  private Sent sent() {
    List<Frame> frames = new ArrayList<>();
    frames.add(new Frame(RawStreams.SETTINGS, 0, 0, ""));
    int requests = 1 + random.nextInt(REQUESTS_MAX);
    for (int i = 0; i < requests; i++) {
      request(frames, 2 * i + 1);
    }
    boolean framesChange = random.nextInt(6) == 0;
    if (framesChange) {
      change(frames);
    }
    String all = frames.stream().map(FuzzedStreams::text).collect(Collectors.joining());
    boolean bytesChange = random.nextInt(6) == 0;
    String some = bytesChange ? Mutations.mutated(all, random) : all;
    return new Sent(RawStreams.PREFACE + some, framesChange || bytesChange ? 0 : requests);
  }

  private void request(List<Frame> frames, int stream) {
    boolean body = random.nextBoolean();
    List<String> lines =
        new ArrayList<>(List.of(RawStreams.request(body ? "POST" : "GET", "/s?q=" + stream)));
    if (body && random.nextBoolean()) {
      lines.addAll(List.of("content-length", String.valueOf(Mutations.INNER.length())));
    }
    int changes = random.nextInt(3);
    for (int i = 0; i < changes; i++) {
      change(lines, random.nextInt(6));
    }
    frames.add(headers(stream, !body, lines));
    if (body) {
      boolean trailers = random.nextInt(4) == 0;
      int flags = trailers ? 0 : RawStreams.END_STREAM;
      frames.add(new Frame(RawStreams.DATA, flags, stream, Mutations.INNER));
      if (trailers) {
        List<String> last = List.of("grpc-status", Mutations.mutated("0", random));
        frames.add(headers(stream, true, last));
      }
    }
  }

  private static Frame headers(int stream, boolean ends, List<String> lines) {
    int flags = RawStreams.END_HEADERS | (ends ? RawStreams.END_STREAM : 0);
    String block = Mutations.text(RawStreams.block(lines.toArray(String[]::new)));
    return new Frame(RawStreams.HEADERS, flags, stream, block);
  }

  private void change(List<String> lines, int how) {
    int at = 2 * random.nextInt(lines.size() / 2);
    int line = 2 * random.nextInt(LINES.size() / 2);
    switch (how) {
      case 0 -> lines.addAll(at, LINES.subList(line, line + 2));
      case 1 -> lines.addAll(LINES.subList(line, line + 2));
      case 2 -> lines.set(at, Mutations.mutated(lines.get(at), random));
      case 3 -> lines.set(at + 1, Mutations.mutated(lines.get(at + 1), random));
      case 4 -> lines.set(at + 1, Mutations.one(VALUES, random));
      default -> {
        if (lines.size() > 2) {
          lines.subList(at, at + 2).clear();
        }
      }
    }
  }

  private void change(List<Frame> frames) {
    int at = random.nextInt(frames.size());
    Frame old = frames.get(at);
    switch (random.nextInt(6)) {
      case 0 -> frames.remove(at);
      case 1 -> frames.add(at, old);
      case 2 -> Collections.swap(frames, at, random.nextInt(frames.size()));
      case 3 ->
          frames.set(at, new Frame(random.nextInt(TYPES), old.flags, old.stream, old.payload));
      case 4 -> frames.set(at, new Frame(old.type, random.nextInt(256), old.stream, old.payload));
      default -> frames.set(at, new Frame(old.type, old.flags, random.nextInt(9), old.payload));
    }
  }

  private static String text(Frame frame) {
    int length = frame.payload.length();
    var head = ByteBuffer.allocate(HEAD_BYTES);
    head.put((byte) (length >> 16)).putShort((short) length);
    head.put((byte) frame.type).put((byte) frame.flags).putInt(frame.stream);
    return Mutations.text(head.array()) + frame.payload;
  }
}
