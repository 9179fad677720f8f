package dev.stead.edge.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// What happens to headers on their way through: those of one hop end here (RFC 9110 7.6.1), those
/// that say who asked are written anew, out of what is known of the [Sender].
final class ForwardedHeaders {
  static final AsciiString REQUEST_ID = AsciiString.cached("x-request-id");
  static final AsciiString RELEASE = AsciiString.cached("stead-release");

  private static final AsciiString REQUEST_START = AsciiString.cached("x-request-start");
  static final AsciiString FORWARDED = AsciiString.cached("forwarded");
  static final AsciiString FORWARDED_FOR = AsciiString.cached("x-forwarded-for");
  static final AsciiString FORWARDED_PROTO = AsciiString.cached("x-forwarded-proto");
  static final AsciiString FORWARDED_HOST = AsciiString.cached("x-forwarded-host");
  private static final AsciiString VIA = AsciiString.cached("1.1 stead");
  private static final AsciiString VIA_HTTP_2 = AsciiString.cached("2 stead");
  static final AsciiString KEEP_ALIVE = AsciiString.cached("keep-alive");
  private static final AsciiString PROXY_CONNECTION = AsciiString.cached("proxy-connection");

  /// Names that only the edge may write.
  private static final List<AsciiString> OURS =
      List.of(
          REQUEST_ID,
          REQUEST_START,
          FORWARDED,
          FORWARDED_FOR,
          FORWARDED_PROTO,
          FORWARDED_HOST,
          AsciiString.cached("x-forwarded-port"),
          AsciiString.cached("x-forwarded-prefix"),
          AsciiString.cached("x-forwarded-server"),
          AsciiString.cached("x-real-ip"));

  /// The same names with `_`, which many an app server takes for `-`.
  private static final Set<String> LOOKALIKES =
      Set.of(
          "x_request_id",
          "x_request_start",
          "x_forwarded_for",
          "x_forwarded_proto",
          "x_forwarded_host",
          "x_forwarded_port",
          "x_forwarded_prefix",
          "x_forwarded_server",
          "x_real_ip");

  /// A `Connection` header cannot name these away: they frame the message or say whom it is for.
  private static final Set<String> END_TO_END =
      Set.of("host", "content-length", "transfer-encoding");

  private ForwardedHeaders() {}

  /// Makes a request's headers those that the target gets.
  static void towardsTarget(Inbound inbound, Sender sender, long millis) {
    HttpHeaders headers = inbound.request().headers();
    endHop(headers);
    headers.remove(HttpHeaderNames.TE);
    removeClaims(headers);
    if (inbound.http10()) {
      headers.remove(HttpHeaderNames.EXPECT);
    }
    if (inbound.bodyLength() < 0) {
      headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    }
    String upgrade = inbound.upgrade();
    if (upgrade != null) {
      headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
      headers.set(HttpHeaderNames.UPGRADE, upgrade);
    }
    String host = inbound.authority().text();
    headers.set(HttpHeaderNames.HOST, host);
    headers.set(FORWARDED_FOR, sender.forwardedFor());
    headers.set(FORWARDED_PROTO, sender.scheme());
    headers.set(FORWARDED_HOST, sender.host(host));
    headers.set(FORWARDED, sender.forwarded(host));
    headers.set(REQUEST_ID, sender.requestId());
    headers.set(REQUEST_START, "t=" + millis);
    headers.add(
        HttpHeaderNames.VIA, inbound.version() == Inbound.Version.HTTP_2 ? VIA_HTTP_2 : VIA);
  }

  /// Makes a request's trailers those that the target gets: many an app takes them for headers, so
  /// none may say whom the request is for, or frame it (RFC 9110 6.5.1).
  static void trailersTowardsTarget(HttpHeaders trailers) {
    END_TO_END.forEach(trailers::remove);
    removeClaims(trailers);
  }

  /// Removes what only the edge may say.
  private static void removeClaims(HttpHeaders headers) {
    OURS.forEach(headers::remove);
    removeLookalikes(headers);
  }

  /// Makes a response's headers those that the client gets, except for the framing.
  static void towardsClient(HttpHeaders headers, int release, String requestId) {
    endHop(headers);
    headers.remove(HttpHeaderNames.UPGRADE);
    headers.set(REQUEST_ID, requestId);
    if (release > 0) {
      headers.set(RELEASE, Integer.toString(release));
    }
  }

  private static void endHop(HttpHeaders headers) {
    if (headers.contains(HttpHeaderNames.CONNECTION)) {
      for (String value : headers.getAll(HttpHeaderNames.CONNECTION)) {
        removeNamed(headers, value);
      }
      headers.remove(HttpHeaderNames.CONNECTION);
    }
    headers.remove(KEEP_ALIVE);
    headers.remove(PROXY_CONNECTION);
    headers.remove(HttpHeaderNames.TRANSFER_ENCODING);
    headers.remove(HttpHeaderNames.UPGRADE);
  }

  private static void removeNamed(HttpHeaders headers, String connection) {
    int start = 0;
    while (start < connection.length()) {
      int comma = connection.indexOf(',', start);
      int end = comma < 0 ? connection.length() : comma;
      String name = connection.substring(start, end).trim().toLowerCase(Locale.ROOT);
      if (!name.isEmpty() && !END_TO_END.contains(name)) {
        headers.remove(name);
      }
      start = end + 1;
    }
  }

  private static void removeLookalikes(HttpHeaders headers) {
    List<String> found = null;
    var names = headers.iteratorCharSequence();
    while (names.hasNext()) {
      CharSequence name = names.next().getKey();
      if (AsciiString.indexOf(name, '_', 0) >= 0 && lookalike(name)) {
        found = found == null ? new ArrayList<>() : found;
        found.add(name.toString());
      }
    }
    if (found != null) {
      found.forEach(headers::remove);
    }
  }

  private static boolean lookalike(CharSequence name) {
    return LOOKALIKES.contains(name.toString().toLowerCase(Locale.ROOT).replace('-', '_'));
  }
}
