package dev.stead.edge.http;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValidationUtil;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The strict reading of a request's head that came on a stream of HTTP/2 (RFC 9113 8.2 and 8.3),
/// which makes of it what targets understand: a request of HTTP/1.1 that nobody can take for
/// another one. A WebSocket's CONNECT (RFC 8441) becomes the GET of RFC 6455.
///
/// Netty's decoder has refused before what needs no knowledge of requests: names that are no tokens
/// in lower case, values with control characters or a blank in front, pseudo-headers that are
/// unknown, empty, repeated or late, headers that belong to a connection, and a content-length that
/// its data contradicts.
final class StreamHead {
  private static final List<AsciiString> FRAMING =
      List.of(
          HttpHeaderNames.CONTENT_LENGTH,
          HttpHeaderNames.TRANSFER_ENCODING,
          HttpHeaderNames.TRAILER);

  private static final AsciiString WEB_SOCKET = AsciiString.cached("websocket");

  private StreamHead() {}

  /// @param ended whether the request has no body
  static Inbound.Reading read(Http2Headers headers, boolean ended) {
    CharSequence method = headers.method();
    CharSequence path = headers.path();
    if (method == null || path == null || headers.scheme() == null) {
      return rejected("8.3.1", "a request has :method, :scheme and :path");
    }
    if (HttpHeaderValidationUtil.validateToken(method) >= 0) {
      return rejected("8.3.1", ":method is not a token");
    }
    CharSequence protocol = headers.get(Http2Headers.PseudoHeaderName.PROTOCOL.value());
    boolean connect = HttpMethod.CONNECT.asciiName().contentEquals(method);
    if (connect != (protocol != null)) {
      return rejected("8.5", "CONNECT is for forward proxies, which this is not");
    }
    if (connect && (ended || !WEB_SOCKET.contentEqualsIgnoreCase(protocol))) {
      return rejected("8.5", "of what RFC 8441 allows only WebSockets are tunnelled");
    }
    if (path.length() > HeadScanner.LINE_BYTES_MAX) {
      return new Inbound.Reading.Rejected(
          new Refusal(
              EdgeError.LINE_TOO_LONG,
              ":path is longer than " + HeadScanner.LINE_BYTES_MAX + " bytes"));
    }
    String target = path.toString();
    boolean asterisk = target.equals("*") && HttpMethod.OPTIONS.asciiName().contentEquals(method);
    if (!asterisk && (target.charAt(0) != '/' || !visible(target))) {
      return rejected("8.3.1", ":path is no path with an optional query");
    }
    var request =
        new DefaultHttpRequest(
            HttpVersion.HTTP_1_1,
            connect ? HttpMethod.GET : HttpMethod.valueOf(method.toString()),
            target,
            DefaultHttpHeadersFactory.headersFactory().withValidation(false));
    Refusal refusal = copy(headers, request.headers());
    return refusal == null
        ? addressed(headers, request, ended || connect)
        : new Inbound.Reading.Rejected(refusal);
  }

  private static Inbound.Reading rejected(String clause, String what) {
    return new Inbound.Reading.Rejected(Refusal.stream(clause, what));
  }

  /// Visible ASCII but `#`, as in HTTP/1.1.
  private static boolean visible(String target) {
    for (int i = 0; i < target.length(); i++) {
      char c = target.charAt(i);
      if (c <= ' ' || c >= 0x7F || c == '#') {
        return false;
      }
    }
    return true;
  }

  /// Copies all but the pseudo-headers; null when nothing is wrong with them.
  static @Nullable Refusal copy(Http2Headers from, HttpHeaders to) {
    for (Map.Entry<CharSequence, CharSequence> header : from) {
      CharSequence name = header.getKey();
      CharSequence value = header.getValue();
      if (name.charAt(0) == ':') {
        continue;
      }
      if (endsBlank(value)) {
        return Refusal.stream("8.2.1", "a header's value ends with a blank");
      }
      to.add(name, value);
    }
    return null;
  }

  /// Copies what follows a body; null when nothing is wrong with it. What frames the message is
  /// left out, as Netty's codec of HTTP/1.1 does.
  static @Nullable Refusal copyTrailers(Http2Headers from, HttpHeaders to) {
    for (Map.Entry<CharSequence, CharSequence> trailer : from) {
      if (trailer.getKey().charAt(0) == ':') {
        return Refusal.stream("8.1", "a pseudo-header stands among the trailers");
      }
    }
    Refusal refusal = copy(from, to);
    FRAMING.forEach(to::remove);
    return refusal;
  }

  /// Of an answer; null when there is none that HTTP knows.
  static @Nullable HttpResponseStatus status(Http2Headers headers) {
    CharSequence text = headers.status();
    if (text == null || text.length() != 3) {
      return null;
    }
    int code = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = Character.digit(text.charAt(i), 10);
      code = digit < 0 ? -1_000 : code * 10 + digit;
    }
    return code < 100 || code > 599 || code == 101 ? null : HttpResponseStatus.valueOf(code);
  }

  private static boolean endsBlank(CharSequence value) {
    char last = value.isEmpty() ? 'x' : value.charAt(value.length() - 1);
    return last == ' ' || last == '\t';
  }

  private static Inbound.Reading addressed(
      Http2Headers headers, HttpRequest request, boolean ended) {
    HttpHeaders copied = request.headers();
    CharSequence named = headers.authority();
    String host = named == null ? copied.get(HttpHeaderNames.HOST) : named.toString();
    if (host == null) {
      return rejected("8.3.1", "there is no :authority");
    }
    for (String other : copied.getAll(HttpHeaderNames.HOST)) {
      if (!other.equalsIgnoreCase(host)) {
        return rejected("8.3.1", "Host contradicts :authority");
      }
    }
    Authority authority = Authority.parse(host);
    if (authority == null) {
      return rejected("8.3.1", ":authority is not a host with an optional port");
    }
    copied.set(HttpHeaderNames.HOST, host);
    join(copied);
    boolean connect = headers.contains(Http2Headers.PseudoHeaderName.PROTOCOL.value());
    String length = copied.get(HttpHeaderNames.CONTENT_LENGTH);
    return new Inbound.Reading.Accepted(
        new Inbound(
            request,
            authority,
            request.uri(),
            Inbound.path(request.uri()),
            ended ? 0 : length == null ? -1 : Long.parseLong(length),
            Inbound.Version.HTTP_2,
            false,
            HttpUtil.is100ContinueExpected(request),
            connect ? WEB_SOCKET.toString() : null));
  }

  /// RFC 9113 8.2.3: cookies may come as many headers, and are one in HTTP/1.1.
  private static void join(HttpHeaders headers) {
    var cookies = headers.getAll(HttpHeaderNames.COOKIE);
    if (cookies.size() > 1) {
      headers.set(HttpHeaderNames.COOKIE, String.join("; ", cookies));
    }
  }
}
