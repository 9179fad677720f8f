package dev.stead.agent.api;

import dev.stead.sdk.StoreRequests.Expected;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a caller knows of a key that it writes (RFC 9110, 13.1). A key's ETag is the revision that
/// wrote it.
final class Preconditions {
  private static final Pattern ETAG = Pattern.compile("\"?([0-9]{1,18})\"?");

  private Preconditions() {}

  /// `If-Match` with the key's ETag, or `If-None-Match: *` for one that is not there.
  static Expected of(Exchange exchange) {
    var absent = exchange.header("If-None-Match");
    if (absent.isPresent()) {
      if (!absent.orElseThrow().equals("*")) {
        throw new IllegalArgumentException("If-None-Match of a write must be *");
      }
      return Expected.absent();
    }
    return new Expected(exchange.header("If-Match").map(Preconditions::revision));
  }

  static String etag(long revision) {
    return "\"" + revision + "\"";
  }

  static long revision(String etag) {
    return Optional.of(ETAG.matcher(etag.strip()))
        .filter(Matcher::matches)
        .map(matcher -> Long.parseLong(matcher.group(1)))
        .orElseThrow(() -> new IllegalArgumentException("'%s' is no revision".formatted(etag)));
  }
}
