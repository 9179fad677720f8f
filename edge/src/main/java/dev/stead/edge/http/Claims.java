package dev.stead.edge.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What trusted proxies say of where a request comes from, in `X-Forwarded-For`, `-Proto` and
/// `-Host` or in `Forwarded` (RFC 7239).
///
/// Each proxy appends whom it was asked by. Read from the right, as long as those are trusted
/// themselves; the first that is not is the client, and what stands before it the client may have
/// written itself.
///
/// @param client null when the last believed proxy does not tell
/// @param way the client and the proxies after it, as far as they were told, as headers write them
/// @param scheme null when nobody says
/// @param host what the client asked for; null when nobody says
/// @param contradictory whether the two ways to say it name different clients: a proxy writes one
///   and lets the other pass, whoever wrote that
record Claims(
    @Nullable InetAddress client,
    List<String> way,
    @Nullable String scheme,
    @Nullable String host,
    boolean contradictory) {
  static final String UNKNOWN = "unknown";

  /// One proxy's word about who asked it.
  private record Hop(
      @Nullable InetAddress address, @Nullable String scheme, @Nullable String host) {
    static final Hop UNSAID = new Hop(null, null, null);

    String text() {
      return address == null ? UNKNOWN : address.getHostAddress();
    }
  }

  /// Null when nothing is said.
  static @Nullable Claims read(HttpHeaders headers, Proxies proxies) {
    List<Hop> plain =
        elements(headers, ForwardedHeaders.FORWARDED_FOR)
            .map(element -> new Hop(address(element), null, null))
            .toList();
    List<Hop> standard = elements(headers, ForwardedHeaders.FORWARDED).map(Claims::hop).toList();
    String scheme = last(headers, ForwardedHeaders.FORWARDED_PROTO);
    String host = last(headers, ForwardedHeaders.FORWARDED_HOST);
    if (plain.isEmpty() && standard.isEmpty()) {
      return scheme == null && host == null
          ? null
          : new Claims(null, List.of(), scheme(scheme), host(host), false);
    }
    List<Hop> believed = believed(plain.isEmpty() ? standard : plain, proxies);
    Hop client = believed.getFirst();
    Hop other = standard.isEmpty() ? client : believed(standard, proxies).getFirst();
    return new Claims(
        client.address(),
        believed.stream().map(Hop::text).toList(),
        scheme(scheme == null ? other.scheme() : scheme),
        host(host == null ? other.host() : host),
        !Objects.equals(client.address(), other.address()));
  }

  private static List<Hop> believed(List<Hop> hops, Proxies proxies) {
    int first = hops.size() - 1;
    while (first > 0 && proxies.trusts(hops.get(first).address())) {
      first--;
    }
    return hops.subList(first, hops.size());
  }

  private static @Nullable String scheme(@Nullable String said) {
    if (Door.HTTPS.scheme().equalsIgnoreCase(said)) {
      return Door.HTTPS.scheme();
    }
    return Door.HTTP.scheme().equalsIgnoreCase(said) ? Door.HTTP.scheme() : null;
  }

  private static @Nullable String host(@Nullable String said) {
    return said == null || Authority.parse(said) == null ? null : said;
  }

  private static @Nullable String last(HttpHeaders headers, CharSequence name) {
    return elements(headers, name).reduce((a, b) -> b).orElse(null);
  }

  private static Stream<String> elements(HttpHeaders headers, CharSequence name) {
    return headers.getAll(name).stream()
        .flatMap(value -> split(value, ',').stream())
        .filter(element -> !element.isEmpty());
  }

  private static Hop hop(String element) {
    Hop hop = Hop.UNSAID;
    for (String pair : split(element, ';')) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? "" : pair.substring(0, equals).strip();
      String value = unquoted(pair.substring(equals + 1).strip());
      if (name.equalsIgnoreCase("for")) {
        hop = new Hop(address(value), hop.scheme(), hop.host());
      } else if (name.equalsIgnoreCase("proto")) {
        hop = new Hop(hop.address(), value, hop.host());
      } else if (name.equalsIgnoreCase(HttpHeaderNames.HOST.toString())) {
        hop = new Hop(hop.address(), hop.scheme(), value);
      }
    }
    return hop;
  }

  /// At the separators that stand in no quoted text.
  private static List<String> split(String text, char separator) {
    var parts = new ArrayList<String>();
    boolean quoted = false;
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == separator && !quoted) {
        parts.add(text.substring(start, i).strip());
        start = i + 1;
      }
    }
    parts.add(text.substring(start).strip());
    return parts;
  }

  private static String unquoted(String value) {
    boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
    return quoted ? value.substring(1, value.length() - 1) : value;
  }

  /// Null for what is none: a name that hides it (RFC 7239 6.3), or nonsense.
  private static @Nullable InetAddress address(String text) {
    int bracket = text.startsWith("[") ? text.indexOf(']') : -1;
    int colon = text.indexOf(':');
    String literal = text;
    if (bracket > 0) {
      literal = text.substring(1, bracket);
    } else if (colon >= 0 && colon == text.lastIndexOf(':')) {
      literal = text.substring(0, colon);
    }
    try {
      return InetAddress.ofLiteral(literal);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
