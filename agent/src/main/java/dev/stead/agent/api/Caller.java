package dev.stead.agent.api;

import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Who is at the other end of a connection.
///
/// @param claimed who they say they are, and on which machine: `ada@laptop`
/// @param peer what this machine knows of them
record Caller(String claimed, Peer peer) {
  private static final int CLAIMED_BYTES_MAX = 100;
  private static final int ADDRESSES_MAX = 2;

  /// Without brackets: what stands in them is not claimed but known.
  private static final Pattern CLAIM = Pattern.compile("[^\\p{Cntrl}()]+");

  /// The user that this agent runs as.
  private static final String OWN = System.getProperty("user.name", Peer.UNKNOWN);

  /// Called on the event loop, while the connection is there.
  static Caller of(HttpServerRequest request) {
    var claimed = Optional.ofNullable(request.getHeader("Stead-Actor")).orElse("").strip();
    return new Caller(isSound(claimed) ? claimed : Peer.UNKNOWN, Peer.of(request));
  }

  /// The user of this machine that opened the connection.
  String user() {
    return peer.user();
  }

  /// Whether [#text] need not look for anything.
  boolean isLookedUp() {
    return peer.isLookedUp();
  }

  /// As the history shows it: `ada@laptop`, and in brackets what this machine knows of it where
  /// that says more: `ada@laptop (root, by ssh from 203.0.113.9)`.
  ///
  /// @param token the deploy token that this user stands for
  /// @param logins what the machine knows of those who are logged in by ssh
  String text(Optional<String> token, SshLogins logins) {
    var user = user();
    var addresses = peer.addresses(logins);
    var known = new ArrayList<String>();
    if (token.isPresent() || !user.equals(OWN) || !addresses.isEmpty()) {
      known.add(token.orElse(user));
    }
    if (!addresses.isEmpty()) {
      known.add("by ssh from " + joined(addresses));
    }
    return known.isEmpty() ? claimed : "%s (%s)".formatted(claimed, String.join(", ", known));
  }

  private static String joined(List<String> addresses) {
    var shown = addresses.stream().limit(ADDRESSES_MAX).toList();
    var more = addresses.size() > shown.size() ? " or elsewhere" : "";
    return String.join(" or ", shown) + more;
  }

  private static boolean isSound(String claimed) {
    return CLAIM.matcher(claimed).matches()
        && claimed.getBytes(StandardCharsets.UTF_8).length <= CLAIMED_BYTES_MAX;
  }
}
