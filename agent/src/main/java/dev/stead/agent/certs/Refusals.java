package dev.stead.agent.certs;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;

/// The hosts that the app did not want when it was asked lately, so that it is not asked again for
/// every stranger who comes by such a name. Of one thread only.
final class Refusals {
  static final Duration KEPT = Duration.ofMinutes(10);

  /// Beyond it the oldest is forgotten.
  static final int HOSTS_MAX = 10_000;

  private final LinkedHashMap<String, Instant> until = new LinkedHashMap<>();

  void add(String host, Instant now) {
    until.remove(host);
    until.put(host, now.plus(KEPT));
    if (until.size() > HOSTS_MAX) {
      until.pollFirstEntry();
    }
  }

  boolean hold(String host, Instant now) {
    var end = until.get(host);
    return end != null && now.isBefore(end);
  }
}
