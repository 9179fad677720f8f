package dev.stead.edge.http;

import dev.stead.edge.control.Service;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.FileRegion;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The answer to a request for a file: whole, a range of it (RFC 9110 14), or that the client has
/// it already. The bytes go from the file to the socket inside the kernel, or with TLS or where
/// they are compressed on their way in pieces, as fast as the client takes them.
final class FileAnswer {
  private static final String UNKNOWN_TYPE = "application/octet-stream";
  private static final int PIECE_BYTES = 32 * 1024;

  /// As much as comes from a target at once.
  private static final int COMPRESSED_PIECE_BYTES = 128 * 1024;

  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("avif", "image/avif"),
          Map.entry("bin", UNKNOWN_TYPE),
          Map.entry("css", "text/css; charset=utf-8"),
          Map.entry("csv", "text/csv; charset=utf-8"),
          Map.entry("gif", "image/gif"),
          Map.entry("gz", "application/gzip"),
          Map.entry("htm", "text/html; charset=utf-8"),
          Map.entry("html", "text/html; charset=utf-8"),
          Map.entry("ico", "image/x-icon"),
          Map.entry("jpeg", "image/jpeg"),
          Map.entry("jpg", "image/jpeg"),
          Map.entry("js", "text/javascript; charset=utf-8"),
          Map.entry("json", "application/json"),
          Map.entry("map", "application/json"),
          Map.entry("md", "text/markdown; charset=utf-8"),
          Map.entry("mjs", "text/javascript; charset=utf-8"),
          Map.entry("mp3", "audio/mpeg"),
          Map.entry("mp4", "video/mp4"),
          Map.entry("ogg", "audio/ogg"),
          Map.entry("otf", "font/otf"),
          Map.entry("pdf", "application/pdf"),
          Map.entry("png", "image/png"),
          Map.entry("svg", "image/svg+xml"),
          Map.entry("ttf", "font/ttf"),
          Map.entry("txt", "text/plain; charset=utf-8"),
          Map.entry("wasm", "application/wasm"),
          Map.entry("wav", "audio/wav"),
          Map.entry("webm", "video/webm"),
          Map.entry("webmanifest", "application/manifest+json"),
          Map.entry("webp", "image/webp"),
          Map.entry("woff", "font/woff"),
          Map.entry("woff2", "font/woff2"),
          Map.entry("xml", "application/xml"),
          Map.entry("zip", "application/zip"));

  private final HttpResponse head;
  private final FileChannel file;
  private final FileRegion region;
  private final @Nullable Compression compression;
  private final boolean hasBody;
  private @Nullable Pieces pieces;

  private FileAnswer(
      HttpResponse head,
      FileChannel file,
      FileRegion region,
      @Nullable Compression compression,
      boolean hasBody) {
    this.head = head;
    this.file = file;
    this.region = region;
    this.compression = compression;
    this.hasBody = hasBody;
  }

  HttpResponse head() {
    return head;
  }

  boolean hasBody() {
    return hasBody;
  }

  /// Whether the bytes are sent as they lie there.
  boolean unchanged() {
    return compression == null;
  }

  FileRegion region() {
    return region;
  }

  /// The body, read piece by piece.
  Pieces pieces() {
    Pieces made =
        compression == null
            ? pieces(PIECE_BYTES)
            : new CompressedFile(pieces(COMPRESSED_PIECE_BYTES), compression);
    pieces = made;
    return made;
  }

  private FilePieces pieces(int bytes) {
    return new FilePieces(file, region.position(), region.count(), bytes);
  }

  long sent() {
    return pieces == null ? region.transferred() : pieces.progress();
  }

  /// @param slots of the event loop that sends it
  static FileAnswer of(
      StaticFiles.Opened file, Inbound inbound, Service service, Compression.Slots slots) {
    String tag = tag(file, service);
    HttpHeaders asked = inbound.request().headers();
    String known = asked.get(HttpHeaderNames.IF_NONE_MATCH);
    String condition = asked.get(HttpHeaderNames.IF_RANGE);
    ByteRange range =
        condition == null || condition.equals(tag)
            ? ByteRange.parse(asked.get(HttpHeaderNames.RANGE), file.size())
            : ByteRange.whole(file.size());
    boolean unchanged = known != null && matches(known, tag);
    Coding smaller = range.isWhole() ? smaller(file, inbound, service, slots) : null;
    HttpResponseStatus status =
        unchanged
            ? HttpResponseStatus.NOT_MODIFIED
            : range.isSatisfiable()
                ? range.isWhole() ? HttpResponseStatus.OK : HttpResponseStatus.PARTIAL_CONTENT
                : HttpResponseStatus.REQUESTED_RANGE_NOT_SATISFIABLE;
    var head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, status);
    HttpHeaders headers = head.headers();
    // RFC 9110 8.8.1: two compressions of the same bytes may differ.
    headers.set(HttpHeaderNames.ETAG, smaller == null ? tag : "W/" + tag);
    if (smaller == null) {
      headers.set(HttpHeaderNames.ACCEPT_RANGES, "bytes");
    }
    if (service.release() > 0) {
      headers.set(ForwardedHeaders.RELEASE, Integer.toString(service.release()));
    }
    if (Compressible.isType(type(file.name()))) {
      Compressible.vary(headers);
    }
    if (!unchanged) {
      headers.set(HttpHeaderNames.CONTENT_TYPE, type(file.name()));
      frame(headers, file, range, smaller, inbound.version());
    }
    boolean hasBody = !unchanged && !inbound.head() && range.length() > 0;
    return new FileAnswer(
        head,
        file.channel(),
        new DefaultFileRegion(file.channel(), range.first(), range.length()),
        hasBody && smaller != null ? new Compression(smaller, slots) : null,
        hasBody);
  }

  /// How the file is compressed on its way; null when it goes as it lies there.
  private static @Nullable Coding smaller(
      StaticFiles.Opened file, Inbound inbound, Service service, Compression.Slots slots) {
    boolean gains = file.coding() == null && Compressible.isType(type(file.name()));
    return gains && service.rules().compress()
        ? Compression.coding(file.size(), inbound, slots)
        : null;
  }

  private static String tag(StaticFiles.Opened file, Service service) {
    Coding coding = file.coding();
    String suffix = coding == null ? "" : "-" + coding.token();
    return "\"%x-%x-%x%s\""
        .formatted(service.release(), file.modifiedMillis(), file.size(), suffix);
  }

  private static void frame(
      HttpHeaders headers,
      StaticFiles.Opened file,
      ByteRange range,
      @Nullable Coding smaller,
      Inbound.Version version) {
    Coding coding = file.coding() == null ? smaller : file.coding();
    if (coding != null) {
      headers.set(HttpHeaderNames.CONTENT_ENCODING, coding.token());
    }
    if (smaller == null) {
      headers.set(HttpHeaderNames.CONTENT_LENGTH, Long.toString(range.length()));
    } else if (version == Inbound.Version.HTTP_1_1) {
      headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    }
    if (!range.isWhole()) {
      headers.set(HttpHeaderNames.CONTENT_RANGE, range.header());
    }
  }

  private static boolean matches(String known, String tag) {
    for (String each : known.split(",", -1)) {
      String candidate = each.strip();
      if (candidate.equals("*") || candidate.equals(tag) || candidate.equals("W/" + tag)) {
        return true;
      }
    }
    return false;
  }

  static String type(String name) {
    int dot = name.lastIndexOf('.');
    String extension = dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
    return TYPES.getOrDefault(extension, UNKNOWN_TYPE);
  }

  /// To the same address with a slash at its path's end.
  static FullHttpResponse redirect(String target) {
    int query = target.indexOf('?');
    String path = query < 0 ? target : target.substring(0, query);
    // Two slashes at the start would name another host.
    String location = "/" + path.replaceFirst("^/+", "") + "/";
    FullHttpResponse response = empty(HttpResponseStatus.PERMANENT_REDIRECT);
    response
        .headers()
        .set(HttpHeaderNames.LOCATION, query < 0 ? location : location + target.substring(query));
    return response;
  }

  /// What the health path answers while the app is down for maintenance.
  static FullHttpResponse healthy() {
    return empty(HttpResponseStatus.OK);
  }

  /// To another address, for good, method and body kept (RFC 9110 15.4.9).
  static FullHttpResponse moved(String location) {
    return moved(location, HttpResponseStatus.PERMANENT_REDIRECT.code());
  }

  static FullHttpResponse moved(String location, int status) {
    FullHttpResponse response = empty(HttpResponseStatus.valueOf(status));
    response.headers().set(HttpHeaderNames.LOCATION, location);
    return response;
  }

  /// A few words of plain text.
  static FullHttpResponse text(String words) {
    ByteBuf body = Unpooled.copiedBuffer(words, StandardCharsets.US_ASCII);
    var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, body);
    response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/plain");
    return response;
  }

  private static FullHttpResponse empty(HttpResponseStatus status) {
    var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.EMPTY_BUFFER);
    response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, 0);
    return response;
  }

  /// A single range of bytes; more than one, or one that cannot be read, is answered with the
  /// whole.
  private record ByteRange(long first, long length, long size) {
    static ByteRange whole(long size) {
      return new ByteRange(0, size, size);
    }

    static ByteRange parse(@Nullable String header, long size) {
      int dash = header == null ? -1 : header.indexOf('-');
      if (header == null || !header.startsWith("bytes=") || dash < 0 || header.indexOf(',') >= 0) {
        return whole(size);
      }
      long from = number(header.substring("bytes=".length(), dash));
      long to = number(header.substring(dash + 1));
      if (from == UNREADABLE || to == UNREADABLE || (from == ABSENT && to == ABSENT)) {
        return whole(size);
      }
      if (from == ABSENT) {
        long length = Math.min(to, size);
        return new ByteRange(size - length, length, size);
      }
      long last = to == ABSENT ? size - 1 : Math.min(to, size - 1);
      if (to != ABSENT && to < from) {
        return whole(size);
      }
      return from >= size ? new ByteRange(0, 0, size) : new ByteRange(from, last - from + 1, size);
    }

    private static final long ABSENT = -1;
    private static final long UNREADABLE = -2;
    private static final int DIGITS_MAX = 18;

    private static long number(String digits) {
      if (digits.isEmpty()) {
        return ABSENT;
      }
      boolean readable =
          digits.length() <= DIGITS_MAX && digits.chars().allMatch(c -> c >= '0' && c <= '9');
      return readable ? Long.parseLong(digits) : UNREADABLE;
    }

    boolean isWhole() {
      return length == size;
    }

    boolean isSatisfiable() {
      return length > 0 || isWhole();
    }

    String header() {
      return isSatisfiable()
          ? "bytes %d-%d/%d".formatted(first, first + length - 1, size)
          : "bytes */" + size;
    }
  }
}
