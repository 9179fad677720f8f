package dev.stead.edge.http;

import io.netty.buffer.ByteBuf;
import io.netty.util.ByteProcessor;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The strict reading of a request's head, byte by byte, before Netty's codec sees it: whatever two
/// parsers could take for different requests is refused, with the clause of RFC 9112 it breaks.
///
/// One scanner per connection. [#scan] is called as bytes arrive and goes on where it stopped; each
/// line is read once. It consumes nothing.
final class HeadScanner {
  static final int LINE_BYTES_MAX = 16 * 1024;
  static final int HEADERS_BYTES_MAX = 64 * 1024;

  private static final int LENGTH_DIGITS_MAX = 18;
  private static final int EMPTY_BYTES_MAX = 16;
  private static final String VERSION_SHAPE = "HTTP/d.d";
  private static final byte[] HOST = ascii("host");
  private static final byte[] CONTENT_LENGTH = ascii("content-length");
  private static final byte[] TRANSFER_ENCODING = ascii("transfer-encoding");
  private static final byte[] PROTOCOL = ascii("http/");
  private static final byte[] CHUNKED = ascii("chunked");
  private static final byte[] CONNECT = ascii("connect");

  private static final ByteProcessor TOKEN =
      allowed("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
  private static final ByteProcessor DIGITS = allowed("0123456789");
  private static final ByteProcessor UPPER_CASE = value -> value >= 'A' && value <= 'Z';

  /// Visible ASCII but `#`: a fragment has no place in a request's target (RFC 9112 3.2).
  private static final ByteProcessor TARGET = value -> value > ' ' && value < 0x7F && value != '#';

  /// RFC 9110 5.5: visible characters, obs-text, space and tab.
  private static final ByteProcessor FIELD_VALUE =
      value -> value < 0 || (value >= ' ' && value != 0x7F) || value == '\t';

  enum Verdict {
    MORE,
    WHOLE,
    REFUSED
  }

  /// All offsets count from the buffer's reader index, which may move between calls.
  private int lineStart;

  private int scanned;
  private int headersStart;
  private boolean http10;
  private int hosts;
  private int lengths;
  private int codings;
  private @Nullable Refusal refusal;

  private static byte[] ascii(String word) {
    return word.getBytes(StandardCharsets.US_ASCII);
  }

  private static ByteProcessor allowed(String characters) {
    var table = new boolean[256];
    characters.chars().forEach(character -> table[character] = true);
    return value -> table[value & 0xFF];
  }

  void reset() {
    lineStart = 0;
    scanned = 0;
    headersStart = 0;
    http10 = false;
    hosts = 0;
    lengths = 0;
    codings = 0;
    refusal = null;
  }

  /// Set when the verdict was [Verdict#REFUSED].
  @Nullable Refusal refusal() {
    return refusal;
  }

  Verdict scan(ByteBuf in) {
    while (true) {
      int base = in.readerIndex();
      int feed = in.indexOf(base + scanned, in.writerIndex(), (byte) '\n');
      int end = feed < 0 ? in.readableBytes() : feed - base;
      if (tooLong(end)) {
        return Verdict.REFUSED;
      }
      if (feed < 0) {
        scanned = end;
        return Verdict.MORE;
      }
      if (end == lineStart || in.getByte(feed - 1) != '\r') {
        return framing("2.2", "a line ends with a bare LF");
      }
      boolean last = end - 1 == lineStart && headersStart > 0;
      Verdict verdict = last ? whole() : line(in, base + lineStart, feed - 1);
      lineStart = end + 1;
      scanned = lineStart;
      if (verdict != Verdict.MORE) {
        return verdict;
      }
    }
  }

  private boolean tooLong(int end) {
    if (headersStart == 0 && end - lineStart > LINE_BYTES_MAX) {
      refusal =
          new Refusal(
              EdgeError.LINE_TOO_LONG,
              "the request line is longer than " + LINE_BYTES_MAX + " bytes");
    } else if (headersStart > 0 && end - headersStart > HEADERS_BYTES_MAX) {
      refusal =
          new Refusal(
              EdgeError.HEAD_TOO_LARGE,
              "the header block is larger than " + HEADERS_BYTES_MAX + " bytes");
    }
    return refusal != null;
  }

  private Verdict framing(String clause, String what) {
    refusal = Refusal.framing(clause, what);
    return Verdict.REFUSED;
  }

  /// One line without its CRLF.
  private Verdict line(ByteBuf in, int start, int end) {
    if (headersStart > 0) {
      return header(in, start, end);
    }
    if (start == end) {
      // A server should skip an empty line before the request line; more than a few are no
      // accident.
      return lineStart < EMPTY_BYTES_MAX
          ? Verdict.MORE
          : framing("2.2", "too many empty lines stand before the request line");
    }
    Verdict verdict = requestLine(in, start, end);
    headersStart = end + 2 - in.readerIndex();
    return verdict;
  }

  private Verdict requestLine(ByteBuf in, int start, int end) {
    int first = in.indexOf(start, end, (byte) ' ');
    int second = first < 0 ? -1 : in.indexOf(first + 1, end, (byte) ' ');
    if (in.indexOf(start, end, (byte) '\r') >= 0) {
      return framing("2.2", "a bare CR stands in the request line");
    }
    if (second < 0) {
      return framing("3", "the request line is not 'method target version'");
    }
    if (first == start || !all(TOKEN, in, start, first)) {
      return framing("3.1", "the method is not a token");
    }
    if (second == first + 1 || !all(TARGET, in, first + 1, second)) {
      return framing("3.2", "the request target holds a character that is not allowed there");
    }
    if (is(CONNECT, in, start, first)) {
      return framing("3.2.3", "CONNECT is for forward proxies, which this is not");
    }
    return version(in, second + 1, end);
  }

  private Verdict version(ByteBuf in, int start, int end) {
    boolean shaped =
        end - start == VERSION_SHAPE.length()
            && is(PROTOCOL, in, start, start + 5)
            && all(UPPER_CASE, in, start, start + 4)
            && all(DIGITS, in, start + 5, start + 6)
            && in.getByte(start + 6) == '.'
            && all(DIGITS, in, start + 7, end);
    if (!shaped) {
      return framing("2.3", "the version is not 'HTTP/1.1'");
    }
    byte minor = in.getByte(start + 7);
    if (in.getByte(start + 5) != '1' || minor > '1') {
      refusal = new Refusal(EdgeError.VERSION, "only HTTP/1.1 and HTTP/1.0 are spoken here");
      return Verdict.REFUSED;
    }
    http10 = minor == '0';
    return Verdict.MORE;
  }

  private Verdict header(ByteBuf in, int start, int end) {
    byte first = in.getByte(start);
    if (first == ' ' || first == '\t') {
      return start - in.readerIndex() == headersStart
          ? framing("2.2", "whitespace stands between the request line and the first header")
          : framing("5.2", "a header is folded onto a second line");
    }
    int colon = in.indexOf(start, end, (byte) ':');
    if (in.indexOf(start, end, (byte) '\r') >= 0) {
      return framing("2.2", "a bare CR stands in a header");
    }
    if (colon < 0) {
      return framing("5", "a header has no colon");
    }
    if (colon > start && (in.getByte(colon - 1) == ' ' || in.getByte(colon - 1) == '\t')) {
      return framing("5.1", "whitespace stands between a header's name and its colon");
    }
    if (colon == start || !all(TOKEN, in, start, colon)) {
      return framing("5", "a header's name is not a token");
    }
    if (!all(FIELD_VALUE, in, colon + 1, end)) {
      return framing("5", "a header's value holds a control character (RFC 9110 5.5)");
    }
    return framingHeader(in, start, colon, end);
  }

  /// Headers that say where the request ends or whom it is for.
  private Verdict framingHeader(ByteBuf in, int start, int colon, int end) {
    int nameLength = colon - start;
    if (nameLength == HOST.length && is(HOST, in, start, colon)) {
      hosts++;
      return hosts > 1 ? framing("3.2", "there is more than one Host") : Verdict.MORE;
    }
    if (nameLength == CONTENT_LENGTH.length && is(CONTENT_LENGTH, in, start, colon)) {
      return contentLength(in, trimmedStart(in, colon + 1, end), trimmedEnd(in, colon + 1, end));
    }
    if (nameLength == TRANSFER_ENCODING.length && is(TRANSFER_ENCODING, in, start, colon)) {
      return transferEncoding(in, trimmedStart(in, colon + 1, end), trimmedEnd(in, colon + 1, end));
    }
    return Verdict.MORE;
  }

  private Verdict contentLength(ByteBuf in, int start, int end) {
    lengths++;
    if (lengths > 1) {
      return framing("6.3", "there is more than one Content-Length");
    }
    if (start >= end || end - start > LENGTH_DIGITS_MAX || !all(DIGITS, in, start, end)) {
      return framing("6.2", "Content-Length is not a number of bytes");
    }
    return Verdict.MORE;
  }

  private Verdict transferEncoding(ByteBuf in, int start, int end) {
    codings++;
    if (codings > 1 || !is(CHUNKED, in, start, end)) {
      return framing("6.1", "Transfer-Encoding is not exactly 'chunked'");
    }
    return Verdict.MORE;
  }

  /// The empty line has come: what only the whole head can tell.
  private Verdict whole() {
    if (codings > 0 && lengths > 0) {
      return framing("6.1", "there are both Content-Length and Transfer-Encoding");
    }
    if (codings > 0 && http10) {
      return framing("6.1", "Transfer-Encoding is not part of HTTP/1.0");
    }
    if (hosts == 0 && !http10) {
      return framing("3.2", "there is no Host");
    }
    return Verdict.WHOLE;
  }

  private static boolean all(ByteProcessor allowed, ByteBuf in, int start, int end) {
    return in.forEachByte(start, end - start, allowed) < 0;
  }

  /// Compares without regard to case; the word is in lower case.
  private static boolean is(byte[] word, ByteBuf in, int start, int end) {
    if (end - start != word.length) {
      return false;
    }
    for (int i = 0; i < word.length; i++) {
      int value = in.getByte(start + i);
      int lower = value >= 'A' && value <= 'Z' ? value + ('a' - 'A') : value;
      if (lower != word[i]) {
        return false;
      }
    }
    return true;
  }

  private static int trimmedStart(ByteBuf in, int start, int end) {
    int index = start;
    while (index < end && (in.getByte(index) == ' ' || in.getByte(index) == '\t')) {
      index++;
    }
    return index;
  }

  private static int trimmedEnd(ByteBuf in, int start, int end) {
    int index = end;
    while (index > start && (in.getByte(index - 1) == ' ' || in.getByte(index - 1) == '\t')) {
      index--;
    }
    return index;
  }
}
