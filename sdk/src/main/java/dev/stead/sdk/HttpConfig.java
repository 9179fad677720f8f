package dev.stead.sdk;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// How requests reach the `web` instances.
///
/// @param hosts exact names or `*.rest`; on a laptop `APP.localhost` is added
/// @param path the path prefix that belongs to this app
/// @param stripPath whether the prefix is taken off before the app sees it
/// @param health path that answers 2xx once an instance is ready; `tcp` = the open port is enough,
///   `none` = at once
/// @param drain how long a plain request may still run after the switch
/// @param drainStreams how long a WebSocket or an event stream may still run after the switch
/// @param bodyBytesMax largest request body; beyond it 413
/// @param responseTimeout until the app's response header; beyond it 504
/// @param https whether the hosts get certificates and plain requests are sent to https once they
///   are there; where nothing is said, on a server and nowhere else
/// @param hstsMaxAge for how long browsers are told to come by https alone (RFC 6797); they are
///   told nothing when empty
@Json(naming = Naming.LowerHyphen)
public record HttpConfig(
    List<String> hosts,
    String path,
    boolean stripPath,
    String health,
    Duration drain,
    Duration drainStreams,
    long bodyBytesMax,
    Duration responseTimeout,
    Optional<Boolean> https,
    Optional<Duration> hstsMaxAge) {

  public static final HttpConfig DEFAULTS =
      new HttpConfig(
          List.of(),
          "/",
          false,
          "/up",
          Duration.ofSeconds(30),
          Duration.ofMinutes(10),
          1L << 30,
          Duration.ofSeconds(30),
          Optional.empty(),
          Optional.empty());

  /// Values of `health` that are not a path.
  public static final String HEALTH_TCP = "tcp";

  public static final String HEALTH_NONE = "none";

  public HttpConfig {
    Objects.requireNonNull(hosts, "hosts is missing");
    Objects.requireNonNull(path, "path is missing");
    Objects.requireNonNull(health, "health is missing");
    Objects.requireNonNull(drain, "drain is missing");
    Objects.requireNonNull(drainStreams, "drain-streams is missing");
    Objects.requireNonNull(responseTimeout, "response-timeout is missing");
    hosts = List.copyOf(hosts);
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException("path must start with '/', not '%s'".formatted(path));
    }
    if (!health.startsWith("/") && !health.equals(HEALTH_TCP) && !health.equals(HEALTH_NONE)) {
      throw new IllegalArgumentException(
          "health must be a path, 'tcp' or 'none', not '%s'".formatted(health));
    }
  }
}
