package dev.stead.edge.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A request as it came in, with what the edge wants to know of it before it rewrites the headers.
///
/// @param authority [Authority#NONE] when an HTTP/1.0 request names no host
/// @param target the request target in origin form, or `*`
/// @param path its path, raw
/// @param bodyLength -1 for a body of unknown length, 0 for none
/// @param keepAlive whether the client wants to send another request the same way; a stream of
///   HTTP/2 carries one
/// @param upgrade the protocol the client wants to change to
record Inbound(
    HttpRequest request,
    Authority authority,
    String target,
    String path,
    long bodyLength,
    Version version,
    boolean keepAlive,
    boolean expectsContinue,
    @Nullable String upgrade) {
  private static final String GRPC = "application/grpc";

  /// `application/grpc-web` is another protocol.
  private static final String GRPC_GOES_ON = "+; ";

  private static final String HTTP = "http://";
  private static final String HTTPS = "https://";

  /// The protocol that the client speaks.
  enum Version {
    HTTP_1_0("HTTP/1.0"),
    HTTP_1_1("HTTP/1.1"),
    HTTP_2("HTTP/2");

    private final String text;

    Version(String text) {
      this.text = text;
    }

    /// As logs write it.
    String text() {
      return text;
    }
  }

  /// Either the request or why it is turned away.
  sealed interface Reading {
    record Accepted(Inbound inbound) implements Reading {}

    record Rejected(Refusal refusal) implements Reading {}
  }

  static Reading read(HttpRequest request) {
    String target = request.uri();
    String host = request.headers().get(HttpHeaderNames.HOST);
    boolean absolute = target.charAt(0) != '/' && !target.equals("*");
    if (absolute) {
      int scheme = schemeLength(target);
      int slash = scheme == 0 ? -1 : target.indexOf('/', scheme);
      int query = scheme == 0 ? -1 : target.indexOf('?', scheme);
      if (scheme == 0) {
        return rejected("3.2", "the request target is in none of the four forms");
      }
      int end = slash >= 0 && (query < 0 || slash < query) ? slash : query;
      // RFC 9112 3.2.2: the authority of an absolute target replaces Host.
      host = target.substring(scheme, end < 0 ? target.length() : end);
      target = end < 0 ? "/" : end == slash ? target.substring(end) : "/" + target.substring(end);
    } else if (target.equals("*") && !request.method().equals(HttpMethod.OPTIONS)) {
      return rejected("3.2.4", "'*' is a target of OPTIONS alone");
    }
    Authority authority = host == null ? Authority.NONE : Authority.parse(host);
    if (authority == null) {
      return rejected("3.2", "Host is not a host with an optional port");
    }
    return new Reading.Accepted(accepted(request, authority, target));
  }

  private static Reading rejected(String clause, String what) {
    return new Reading.Rejected(Refusal.framing(clause, what));
  }

  private static int schemeLength(String target) {
    if (target.regionMatches(true, 0, HTTP, 0, HTTP.length())) {
      return HTTP.length();
    }
    return target.regionMatches(true, 0, HTTPS, 0, HTTPS.length()) ? HTTPS.length() : 0;
  }

  private static Inbound accepted(HttpRequest request, Authority authority, String target) {
    boolean http10 = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
    return new Inbound(
        request,
        authority,
        target,
        path(target),
        bodyLength(request),
        http10 ? Version.HTTP_1_0 : Version.HTTP_1_1,
        HttpUtil.isKeepAlive(request),
        !http10 && HttpUtil.is100ContinueExpected(request),
        http10 ? null : upgrade(request));
  }

  /// What kinds of answer the client understands.
  @Nullable String accept() {
    return request.headers().get(HttpHeaderNames.ACCEPT);
  }

  /// The path of a request target; `*` is routed like the root.
  static String path(String target) {
    int query = target.indexOf('?');
    if (target.equals("*")) {
      return "/";
    }
    return query < 0 ? target : target.substring(0, query);
  }

  private static long bodyLength(HttpRequest request) {
    if (request.headers().contains(HttpHeaderNames.TRANSFER_ENCODING)) {
      return -1;
    }
    String length = request.headers().get(HttpHeaderNames.CONTENT_LENGTH);
    return length == null ? 0 : Long.parseLong(length.trim());
  }

  /// An upgrade to HTTP/2 is ignored, as RFC 9110 7.8 allows: a tunnel would carry requests past
  /// the edge.
  private static @Nullable String upgrade(HttpRequest request) {
    String upgrade = request.headers().get(HttpHeaderNames.UPGRADE);
    boolean wanted =
        upgrade != null
            && request
                .headers()
                .containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true);
    return wanted && !upgrade.toLowerCase(Locale.ROOT).contains("h2c") ? upgrade : null;
  }

  boolean http10() {
    return version == Version.HTTP_1_0;
  }

  boolean head() {
    return request.method().equals(HttpMethod.HEAD);
  }

  /// The codings that the client takes; null when it does not say.
  @Nullable String acceptEncoding() {
    List<String> said = request.headers().getAll(HttpHeaderNames.ACCEPT_ENCODING);
    return said.isEmpty() ? null : String.join(",", said);
  }

  /// Whether it asks for a tunnel on its stream (RFC 8441).
  boolean extendedConnect() {
    return version == Version.HTTP_2 && upgrade != null;
  }

  /// Whether files can answer it.
  boolean reads() {
    return head() || request.method().equals(HttpMethod.GET);
  }

  /// Whether it is a call of gRPC: of HTTP/2, its type `application/grpc` alone or with a
  /// `+format`.
  boolean grpc() {
    String type = request.headers().get(HttpHeaderNames.CONTENT_TYPE);
    return version == Version.HTTP_2
        && type != null
        && type.regionMatches(true, 0, GRPC, 0, GRPC.length())
        && (type.length() == GRPC.length()
            || GRPC_GOES_ON.indexOf(type.charAt(GRPC.length())) >= 0);
  }

  boolean hasBody() {
    return bodyLength != 0;
  }

  /// Whether it means no more when it is sent a second time (RFC 9110 9.2.2).
  boolean idempotent() {
    return switch (request.method().name()) {
      case "GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE" -> true;
      default -> false;
    };
  }
}
