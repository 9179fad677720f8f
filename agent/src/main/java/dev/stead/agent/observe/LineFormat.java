package dev.stead.agent.observe;

import dev.stead.sdk.Wire;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/// How lines lie in a segment: text, one line each, in UTF-8.
///
/// ```
/// INSTANT RELEASE PROCESS INSTANCE TEXT\n
/// ```
///
/// Example: `2026-03-01T12:00:00.25Z 7 web hello-web-1 listening on 8080`. The app is the
/// directory's name. What is no such line is skipped by readers; a last line without its end was
/// torn, and is cut when the store is opened.
final class LineFormat {
  /// A longer line is continued as another one.
  static final int TEXT_BYTES_MAX = Wire.TEXT_BYTES_MAX;

  private static final int FIELDS = 5;

  private LineFormat() {}

  /// Lines as they are appended.
  ///
  /// @param text one or several lines; each is cut where it exceeds [#TEXT_BYTES_MAX]
  static ByteBuffer encode(LogTags tags, Instant at, String text) {
    byte[] start =
        "%s %d %s %s "
            .formatted(at, tags.release(), tags.process(), tags.instance())
            .getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream(text.length() + start.length + 1);
    for (String line : text.split("\n", -1)) {
      byte[] utf8 = line.getBytes(StandardCharsets.UTF_8);
      int from = 0;
      do {
        int to = from + wholeCharacters(utf8, from, TEXT_BYTES_MAX);
        out.writeBytes(start);
        out.write(utf8, from, to - from);
        out.write('\n');
        from = to;
      } while (from < utf8.length);
    }
    return ByteBuffer.wrap(out.toByteArray());
  }

  /// How many bytes, at most so many, end between two characters.
  static int wholeCharacters(byte[] utf8, int from, int bytesMax) {
    int length = Math.min(bytesMax, utf8.length - from);
    if (from + length == utf8.length) {
      return length;
    }
    int cut = length;
    while (cut > length - 4 && cut > 0 && isContinuation(utf8[from + cut])) {
      cut--;
    }
    boolean malformed = cut == 0 || isContinuation(utf8[from + cut]);
    return malformed ? length : cut;
  }

  private static boolean isContinuation(byte unit) {
    return (unit & 0xC0) == 0x80;
  }

  /// Reads a line, without its end.
  static Optional<LogLine> decode(String app, byte[] bytes) {
    String[] fields = new String(bytes, StandardCharsets.UTF_8).split(" ", FIELDS);
    if (fields.length < FIELDS) {
      return Optional.empty();
    }
    try {
      LogTags tags = new LogTags(app, Integer.parseInt(fields[1]), fields[2], fields[3]);
      return Optional.of(new LogLine(Instant.parse(fields[0]), tags, fields[4]));
    } catch (DateTimeException | IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
