package dev.stead.agent.api;

import dev.stead.sdk.RevisionTag;
import dev.stead.sdk.StoreRequests.Expected;
import java.util.regex.Pattern;

/// What a caller knows of a key that it reads or writes (RFC 9110, 13.1). A key's ETag is the tag
/// of the revision that wrote it.
final class Preconditions {
  private static final Pattern COMMA = Pattern.compile("\\s*,\\s*");
  private static final String WEAK = "W/";
  private static final String ANY = "*";

  private Preconditions() {}

  /// Of a write: `If-Match` with the key's ETag, or `If-None-Match: *` for one that is not there.
  static Expected of(Exchange exchange) {
    var absent = exchange.header("If-None-Match");
    if (absent.isPresent()) {
      if (!absent.orElseThrow().equals(ANY)) {
        throw new IllegalArgumentException("If-None-Match of a write must be *");
      }
      return Expected.absent();
    }
    return new Expected(exchange.header("If-Match").map(RevisionTag::of));
  }

  /// Whether a reader has what it asks for: its `If-None-Match` names that tag among others.
  static boolean has(Exchange exchange, RevisionTag tag) {
    return exchange.header("If-None-Match").stream()
        .flatMap(COMMA::splitAsStream)
        .map(etag -> etag.startsWith(WEAK) ? etag.substring(WEAK.length()) : etag)
        .anyMatch(etag -> etag.equals(ANY) || etag.equals(tag.etag()));
  }
}
