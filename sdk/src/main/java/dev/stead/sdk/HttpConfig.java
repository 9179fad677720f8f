package dev.stead.sdk;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// How requests reach the `web` instances.
///
/// @param hosts exact names or `*.rest`; on a laptop `APP.localhost` is added
/// @param path the path prefix that belongs to this app
/// @param stripPath whether the prefix is taken off before the app sees it
/// @param health path that answers 2xx once an instance is ready; `tcp` = the open port is enough,
///   `none` = at once, `grpc` = once its health service of gRPC says `SERVING`, for `H2C` alone
/// @param drain how long a plain request may still run after the switch
/// @param drainStreams how long a WebSocket or an event stream may still run after the switch
/// @param bodyBytesMax largest request body; beyond it 413
/// @param responseTimeout until the app's response header; beyond it 504
/// @param https whether the hosts get certificates and plain requests are sent to https once they
///   are there; where nothing is said, on a server and nowhere else
/// @param hstsMaxAge for how long browsers are told to come by https alone (RFC 6797); they are
///   told nothing when empty
/// @param rules what is asked of requests and said with answers
/// @param protocol what the app speaks; `HTTP_1_1` where nothing is said
/// @param certificatesAsk the path where the app is asked (`GET PATH?domain=HOST`) whether a host
///   that no app names is to get a certificate, 2xx for yes; it answers at all such hosts then
/// @param forwarding how the edge passes requests on; [Forwarding#DEFAULTS] where nothing is said
/// @param checks what the agent asks of instances beside `health`; nothing where nothing is said
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
    Rules rules,
    Protocol protocol,
    Optional<String> certificatesAsk,
    Forwarding forwarding,
    Checks checks) {

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
          Rules.NONE,
          Protocol.HTTP_1_1,
          Optional.empty(),
          Forwarding.DEFAULTS,
          Checks.NONE);

  /// What an app speaks with the edge.
  public enum Protocol {
    HTTP_1_1,
    /// HTTP/2 without TLS, begun without asking (RFC 9113 3.3), as servers of gRPC speak it.
    H2C
  }

  /// Values of `health` that are not a path.
  public static final String HEALTH_TCP = "tcp";

  public static final String HEALTH_NONE = "none";

  public static final String HEALTH_GRPC = "grpc";

  private static final List<String> HEALTHS = List.of(HEALTH_TCP, HEALTH_NONE, HEALTH_GRPC);

  public HttpConfig {
    Objects.requireNonNull(hosts, "hosts is missing");
    Objects.requireNonNull(path, "path is missing");
    Objects.requireNonNull(health, "health is missing");
    Objects.requireNonNull(drain, "drain is missing");
    Objects.requireNonNull(drainStreams, "drain-streams is missing");
    Objects.requireNonNull(responseTimeout, "response-timeout is missing");
    // A release of a version before this one does not say it.
    rules = Objects.requireNonNullElse(rules, Rules.NONE);
    hosts = List.copyOf(hosts);
    // A release of a version before this one does not say it.
    protocol = Objects.requireNonNullElse(protocol, Protocol.HTTP_1_1);
    // A release of a version before this one does not say it.
    forwarding = Objects.requireNonNullElse(forwarding, Forwarding.DEFAULTS);
    // A release of a version before this one does not say it.
    checks = Objects.requireNonNullElse(checks, Checks.NONE);
    if (forwarding.bufferUploads() && protocol == Protocol.H2C) {
      throw new IllegalArgumentException("buffer-uploads needs the protocol 'http/1.1'");
    }
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException("path must start with '/', not '%s'".formatted(path));
    }
    if (!health.startsWith("/") && !HEALTHS.contains(health)) {
      throw new IllegalArgumentException(
          "health must be a path, 'tcp', 'none' or 'grpc', not '%s'".formatted(health));
    }
    if (health.equals(HEALTH_GRPC) && protocol != Protocol.H2C) {
      throw new IllegalArgumentException("health 'grpc' needs the protocol 'h2c'");
    }
    if (checks.command().isPresent() && !health.equals(HEALTH_TCP)) {
      throw new IllegalArgumentException(
          "health must be 'tcp' beside a command, not '%s'".formatted(health));
    }
    if (checks.liveness().filter(found -> found.probe().equals(HEALTH_GRPC)).isPresent()
        && protocol != Protocol.H2C) {
      throw new IllegalArgumentException("liveness 'grpc' needs the protocol 'h2c'");
    }
    if (certificatesAsk.isPresent() && !certificatesAsk.orElseThrow().startsWith("/")) {
      throw new IllegalArgumentException(
          "certificates-ask must start with '/', not '%s'"
              .formatted(certificatesAsk.orElseThrow()));
    }
  }

  /// How the edge passes requests on to the instances, and how long and how many of them wait.
  ///
  /// @param connectTimeout until an instance takes the connection; then another one is tried
  /// @param holdRequestsMax most requests that are held at once while the app is paused, asleep or
  ///   swapped; those beyond get 503
  /// @param holdTimeout for how long one is held while the app is paused or swapped; then 503
  /// @param balance which instance gets the next request; `LEAST_IN_FLIGHT` where nothing is said
  /// @param bufferUploads whether an instance is asked only once the edge has the request's body
  ///   whole; not for `H2C`
  @Json(naming = Naming.LowerHyphen)
  public record Forwarding(
      Duration connectTimeout,
      int holdRequestsMax,
      Duration holdTimeout,
      Balance balance,
      boolean bufferUploads) {
    /// Most that [#holdRequestsMax] can be: each takes some memory of the edge's.
    public static final int HOLD_REQUESTS_LIMIT = 10_000;

    public static final Forwarding DEFAULTS =
        new Forwarding(
            Duration.ofSeconds(1), 1_000, Duration.ofSeconds(60), Balance.LEAST_IN_FLIGHT, false);

    public Forwarding {
      Objects.requireNonNull(connectTimeout, "connect-timeout is missing");
      Objects.requireNonNull(holdTimeout, "hold-timeout is missing");
      balance = Objects.requireNonNullElse(balance, Balance.LEAST_IN_FLIGHT);
    }
  }

  /// Which of the instances that are well gets the next request.
  public enum Balance {
    /// The one with the least in flight.
    LEAST_IN_FLIGHT,
    /// One after the other, however long each takes.
    ROUND_ROBIN
  }

  /// What the agent asks of instances beside `health`.
  ///
  /// @param command tells by exit code 0 that an instance is ready, once its port is open: `health`
  ///   is `tcp` then, which is all that the edge asks
  /// @param liveness how an instance shows that it need not be started anew; it is never asked when
  ///   empty
  @Json(naming = Naming.LowerHyphen)
  public record Checks(Optional<String> command, Optional<Liveness> liveness) {
    public static final Checks NONE = new Checks(Optional.empty(), Optional.empty());

    public Checks {
      if (command.isPresent() && command.orElseThrow().isBlank()) {
        throw new IllegalArgumentException("the command of health is blank");
      }
    }
  }

  /// When an instance that runs counts as hung, and is ended and started again.
  ///
  /// @param probe path that answers 2xx while it is alive; `tcp` = a port that takes connections is
  ///   enough, `grpc` = its health service of gRPC says `SERVING`, for `H2C` alone
  /// @param interval between two questions
  /// @param failures so many one after the other are enough
  @Json(naming = Naming.LowerHyphen)
  public record Liveness(String probe, Duration interval, int failures) {
    public static final Duration INTERVAL = Duration.ofSeconds(10);
    public static final int FAILURES = 3;

    private static final List<String> PROBES = List.of(HEALTH_TCP, HEALTH_GRPC);

    public Liveness {
      Objects.requireNonNull(probe, "liveness' probe is missing");
      Objects.requireNonNull(interval, "liveness' interval is missing");
      if (!probe.startsWith("/") && !PROBES.contains(probe)) {
        throw new IllegalArgumentException(
            "liveness must be a path, 'tcp' or 'grpc', not '%s'".formatted(probe));
      }
      if (interval.isZero() || interval.isNegative() || failures < 1) {
        throw new IllegalArgumentException(
            "liveness must be asked at an interval and fail at least once, not every %s and %d times"
                .formatted(interval, failures));
      }
    }
  }

  /// What an app asks of requests before they are let in, and what the edge says with its answers.
  ///
  /// @param canonicalHost one of the hosts, where requests to any other are redirected
  /// @param allow addresses and networks that may use the app, such as `203.0.113.0/24`; empty for
  ///   all
  /// @param headers set on every answer; an empty value takes a header away
  /// @param users who may use the app: the secret that holds the password, by name; empty for all
  /// @param errorPages files of the release that browsers get in the place of the edge's own pages,
  ///   by status
  /// @param compress whether the edge compresses answers that the app has not compressed itself
  /// @param accessLog the share of requests that have a line in the access log, from 0 to 1
  @Json(naming = Naming.LowerHyphen)
  public record Rules(
      Optional<String> canonicalHost,
      List<Redirect> redirects,
      List<String> allow,
      SortedMap<String, String> headers,
      SortedMap<String, String> users,
      SortedMap<String, String> errorPages,
      boolean compress,
      double accessLog) {
    public static final Rules NONE =
        new Rules(
            Optional.empty(),
            List.of(),
            List.of(),
            new TreeMap<>(),
            new TreeMap<>(),
            new TreeMap<>(),
            true,
            0);

    public Rules {
      Objects.requireNonNull(redirects, "redirects is missing");
      Objects.requireNonNull(allow, "allow is missing");
      Objects.requireNonNull(headers, "headers is missing");
      Objects.requireNonNull(users, "users is missing");
      Objects.requireNonNull(errorPages, "error-pages is missing");
      redirects = List.copyOf(redirects);
      allow = List.copyOf(allow);
    }
  }

  /// Where a path has moved to.
  ///
  /// @param from a path, or with `/*` at its end that and all below it
  /// @param to a path or an address; with `/*` at its end followed by what followed `from`
  /// @param status 301, 302, 307 or 308
  @Json(naming = Naming.LowerHyphen)
  public record Redirect(String from, String to, int status) {
    /// For good, method and body kept (RFC 9110 15.4.9).
    public static final int STATUS = 308;

    public Redirect {
      Objects.requireNonNull(from, "a redirect's from is missing");
      Objects.requireNonNull(to, "a redirect's to is missing");
    }
  }
}
