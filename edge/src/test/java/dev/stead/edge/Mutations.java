package dev.stead.edge;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.random.RandomGenerator;

/// Makes of a valid text one that may be none. Bytes are Latin-1 characters.
final class Mutations {
  /// A request that must not come out of another one's body.
  static final String INNER = "GET /inner HTTP/1.1\r\nHost: app.test\r\n\r\n";

  private static final List<String> WORDS =
      List.of(
          "\r\n",
          "\n",
          "\r",
          "\0",
          " ",
          "\t",
          "\u000b",
          ":",
          ";",
          ",",
          "#",
          "+",
          "-",
          "0x",
          "\u00e9",
          "ffffffff",
          "0\r\n\r\n",
          "chunked",
          "identity",
          "HTTP/1.0",
          INNER);

  /// What may stand between two lines of a head.
  private static final List<String> LINES =
      List.of(
          "Content-Length: 5\r\n",
          "Content-Length: 0\r\n",
          "Content-Length: " + INNER.length() + "\r\n",
          "Transfer-Encoding: chunked\r\n",
          "Transfer-Encoding: xchunked\r\n",
          "transfer-encoding:\tchunked\r\n",
          "Connection: close, Content-Length\r\n",
          "Connection: Content-Length\r\n",
          "Connection: Transfer-Encoding, X-Request-Id\r\n",
          "Connection: Host\r\n",
          "Expect: 100-continue\r\n",
          "Host: b.test\r\n",
          "X-Request-Id: forged\r\n",
          " folded\r\n",
          "\r\n",
          "\n");

  private Mutations() {}

  static String mutated(String text, RandomGenerator random) {
    String changed = text;
    int changes = random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      changed = changedOnce(changed, random);
    }
    return changed;
  }

  private static String changedOnce(String text, RandomGenerator random) {
    int from = random.nextInt(text.length() + 1);
    int to = Math.min(text.length(), from + 1 + random.nextInt(16));
    String before = text.substring(0, from);
    String cut = text.substring(from, to);
    String after = text.substring(to);
    return switch (random.nextInt(9)) {
      case 0 -> before + after;
      case 1 -> before + cut + cut + after;
      case 2 -> before + one(WORDS, random) + cut + after;
      case 3 -> linesSwapped(text, random);
      case 4 ->
          before + (char) random.nextInt(256) + (cut + after).substring(cut.isEmpty() ? 0 : 1);
      case 5 -> before + one(WORDS, random) + after;
      default -> lineInserted(text, random);
    };
  }

  private static String lineInserted(String text, RandomGenerator random) {
    String[] lines = text.split("(?<=\n)", -1);
    int at = random.nextInt(lines.length);
    lines[at] = one(LINES, random) + lines[at];
    return String.join("", lines);
  }

  private static String linesSwapped(String text, RandomGenerator random) {
    String[] lines = text.split("(?<=\n)", -1);
    int one = random.nextInt(lines.length);
    int other = random.nextInt(lines.length);
    String moved = lines[one];
    lines[one] = lines[other];
    lines[other] = moved;
    return String.join("", lines);
  }

  static <T> T one(List<T> of, RandomGenerator random) {
    return of.get(random.nextInt(of.size()));
  }

  static String text(byte... bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
