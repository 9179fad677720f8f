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
/// @param protocol what the app speaks; `HTTP_1_1` where nothing is said
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
    Optional<Duration> hstsMaxAge,
    Protocol protocol) {

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
          Optional.empty(),
          Protocol.HTTP_1_1);

  /// What an app speaks with the edge.
  public enum Protocol {
    HTTP_1_1,
    /// HTTP/2 without TLS, begun without asking (RFC 9113 3.3), as servers of gRPC speak it. Such
    /// an app has no path for `health`.
    H2C
  }

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
    // A release of a version before this one does not say it.
    protocol = Objects.requireNonNullElse(protocol, Protocol.HTTP_1_1);
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException("path must start with '/', not '%s'".formatted(path));
    }
    if (!health.startsWith("/") && !health.equals(HEALTH_TCP) && !health.equals(HEALTH_NONE)) {
      throw new IllegalArgumentException(
          "health must be a path, 'tcp' or 'none', not '%s'".formatted(health));
    }
    if (protocol == Protocol.H2C && health.startsWith("/")) {
      throw new IllegalArgumentException(
          "health must be 'tcp' or 'none' where protocol is 'h2c', not '%s'".formatted(health));
    }
  }
}
