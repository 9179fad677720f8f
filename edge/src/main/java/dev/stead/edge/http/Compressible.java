package dev.stead.edge.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which answers get smaller by compression and may be, and what their heads say then.
final class Compressible {
  private static final Set<String> TYPES =
      Set.of(
          "application/atom+xml",
          "application/javascript",
          "application/json",
          "application/manifest+json",
          "application/rss+xml",
          "application/wasm",
          "application/xml",
          "font/otf",
          "font/ttf",
          "image/svg+xml",
          "image/x-icon");

  private static final String EVENT_STREAM = "text/event-stream";

  /// They tell of the very bytes that the target sends (RFC 9530).
  private static final List<String> DIGESTS = List.of("content-digest", "repr-digest", "digest");

  private Compressible() {}

  /// Whether nothing forbids it: the type gains, the app has not done so itself, the body is whole,
  /// and nobody has asked to leave it alone (RFC 9111 5.2.2.6).
  static boolean is(HttpResponse response) {
    HttpHeaders headers = response.headers();
    int status = response.status().code();
    return status >= 200
        && status != 204
        && status != 206
        && status != 304
        && isType(headers.get(HttpHeaderNames.CONTENT_TYPE))
        && !headers.contains(HttpHeaderNames.CONTENT_ENCODING)
        && !headers.contains(HttpHeaderNames.CONTENT_RANGE)
        && !headers.containsValue(
            HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_TRANSFORM, true)
        && DIGESTS.stream().noneMatch(headers::contains);
  }

  /// Not event streams: they would hold a coder's memory for as long as they live.
  static boolean isType(@Nullable String contentType) {
    if (contentType == null) {
      return false;
    }
    int end = contentType.indexOf(';');
    String type =
        (end < 0 ? contentType : contentType.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    return (type.startsWith("text/") && !type.equals(EVENT_STREAM))
        || TYPES.contains(type)
        || type.endsWith("+json")
        || type.endsWith("+xml");
  }

  /// Says that the answer depends on what the client takes, whether this one was compressed or not.
  static void vary(HttpHeaders headers) {
    if (!headers.containsValue(HttpHeaderNames.VARY, HttpHeaderNames.ACCEPT_ENCODING, true)
        && !headers.containsValue(HttpHeaderNames.VARY, "*", false)) {
      headers.add(HttpHeaderNames.VARY, HttpHeaderNames.ACCEPT_ENCODING);
    }
  }

  /// Says how the body is compressed. Its tag is weak from then on: it stands for bytes that are no
  /// longer these (RFC 9110 8.8.1).
  static void markAs(HttpHeaders headers, Coding coding) {
    headers.set(HttpHeaderNames.CONTENT_ENCODING, coding.token());
    headers.remove(HttpHeaderNames.CONTENT_LENGTH);
    headers.remove(HttpHeaderNames.ACCEPT_RANGES);
    String tag = headers.get(HttpHeaderNames.ETAG);
    if (tag != null && tag.startsWith("\"")) {
      headers.set(HttpHeaderNames.ETAG, "W/" + tag);
    }
  }
}
