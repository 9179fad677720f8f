package dev.stead.edge.http;

import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetAddress;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Whom a request comes from: who is connected, or whom a trusted proxy that is connected names.
///
/// @param claims what a trusted proxy says; null when it says nothing, or is none
/// @param requestId made here, or a trusted proxy's
record Sender(Guest guest, @Nullable Claims claims, String requestId) {
  private static final Pattern REQUEST_ID = Pattern.compile("[!-~]{1,128}");

  static Sender of(Guest guest, HttpHeaders headers, String freshId) {
    if (!guest.trusted()) {
      return new Sender(guest, null, freshId);
    }
    String id = headers.get(ForwardedHeaders.REQUEST_ID);
    boolean kept = id != null && REQUEST_ID.matcher(id).matches();
    return new Sender(guest, Claims.read(headers, guest.proxies()), kept ? id : freshId);
  }

  /// Whether it cannot be told, since what is said is not one thing.
  boolean contradictory() {
    return claims != null && claims.contradictory();
  }

  /// Null when it is not known.
  @Nullable InetAddress address() {
    return claims == null || claims.way().isEmpty() ? guest.origin() : claims.client();
  }

  /// Whether the client speaks TLS, with the edge or with the first proxy.
  boolean secure() {
    return scheme().equals(Door.HTTPS.scheme());
  }

  String scheme() {
    String said = claims == null ? null : claims.scheme();
    return said == null ? guest.door().scheme() : said;
  }

  /// What the client asked for.
  ///
  /// @param host what the edge was asked for
  String host(String host) {
    String said = claims == null ? null : claims.host();
    return said == null ? host : said;
  }

  /// `X-Forwarded-For`: the client first, who is connected last.
  String forwardedFor() {
    return claims == null
        ? guest.plainAddress()
        : String.join(", ", claims.way())
            + (claims.way().isEmpty() ? "" : ", ")
            + guest.plainAddress();
  }

  /// `Forwarded` (RFC 7239), with the same addresses.
  String forwarded(String host) {
    String asked = ";host=\"" + host(host) + "\";proto=" + scheme();
    List<String> way = claims == null ? List.of() : claims.way();
    if (way.isEmpty()) {
      return node(guest.plainAddress()) + asked;
    }
    return node(way.getFirst())
        + asked
        + way.stream().skip(1).map(each -> ", " + node(each)).collect(Collectors.joining())
        + ", "
        + node(guest.plainAddress());
  }

  private static String node(String address) {
    return address.indexOf(':') < 0 ? "for=" + address : "for=\"[" + address + "]\"";
  }
}
