package dev.stead.edge.control;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// One app as the edge sees it.
///
/// @param name the app's name
/// @param hosts exact names, `*.rest` for one level below `rest`, or `*` for every host nobody else
///   claims
/// @param path the path prefix that belongs to it, `/` for all
/// @param stripPath whether the prefix is taken off on the way to a target
/// @param release what the response header `Stead-Release` says
/// @param staticDir absolute directory whose files are served before any target is asked
/// @param mode whether requests pass, wait or are turned away
/// @param health how a target shows that it is ready: a path, `tcp`, `none`, or `grpc` where it
///   speaks h2c
/// @param https whether plain requests are sent to `https`; [Https#OFF] where nothing is said
/// @param hstsMaxAge for how long a browser is to come with TLS alone (RFC 6797), said on TLS
/// @param rules what is asked of requests and said with answers; [Rules#NONE] where nothing is said
/// @param protocol what its targets speak; [Protocol#HTTP_1_1] where nothing is said
/// @param forwarding how requests go to its targets; [Forwarding#DEFAULTS] where nothing is said
/// @param canary another release beside this one, which a share of the visitors gets
@Json(naming = Naming.LowerHyphen)
public record Service(
    String name,
    List<String> hosts,
    String path,
    boolean stripPath,
    int release,
    List<Target> targets,
    Optional<String> staticDir,
    Mode mode,
    String health,
    Https https,
    Optional<Duration> hstsMaxAge,
    Rules rules,
    Protocol protocol,
    Limits limits,
    Forwarding forwarding,
    Optional<Canary> canary) {
  public Service {
    Objects.requireNonNull(name, "name is missing");
    Objects.requireNonNull(hosts, "hosts is missing");
    Objects.requireNonNull(path, "path is missing");
    Objects.requireNonNull(targets, "targets is missing");
    Objects.requireNonNull(mode, "mode is missing");
    Objects.requireNonNull(health, "health is missing");
    Objects.requireNonNull(limits, "limits is missing");
    // A table that was kept by a version before this one, or pushed by one, does not say it.
    https = Objects.requireNonNullElse(https, Https.OFF);
    rules = Objects.requireNonNullElse(rules, Rules.NONE);
    protocol = Objects.requireNonNullElse(protocol, Protocol.HTTP_1_1);
    forwarding = Objects.requireNonNullElse(forwarding, Forwarding.DEFAULTS);
    hosts = List.copyOf(hosts);
    targets = List.copyOf(targets);
  }

  /// The service as the visitors of its canary have it; empty when it has none.
  public Optional<Service> ofCanary() {
    return canary.map(
        other ->
            new Service(
                name,
                hosts,
                path,
                stripPath,
                other.release(),
                other.targets(),
                other.staticDir(),
                mode,
                other.health(),
                https,
                hstsMaxAge,
                rules,
                protocol,
                limits,
                forwarding,
                Optional.empty()));
  }

  /// A release that is tried on some visitors. Its hosts, paths and limits are the service's.
  ///
  /// @param percent how many of a hundred visitors get it, besides those who ask for it by number
  /// @param staticDir as the service's own
  /// @param health as the service's own
  @Json(naming = Naming.LowerHyphen)
  public record Canary(
      int release, int percent, List<Target> targets, Optional<String> staticDir, String health) {
    public Canary {
      Objects.requireNonNull(targets, "a canary's targets is missing");
      Objects.requireNonNull(health, "a canary's health is missing");
      targets = List.copyOf(targets);
    }
  }

  /// One instance.
  ///
  /// @param id the instance's id
  /// @param host an address, `127.0.0.1` on one server
  @Json(naming = Naming.LowerHyphen)
  public record Target(String id, String host, int port) {
    public Target {
      Objects.requireNonNull(id, "a target's id is missing");
      Objects.requireNonNull(host, "a target's host is missing");
    }
  }

  public enum Mode {
    /// Requests go to the targets.
    OPEN,
    /// Requests are held until the mode changes, bounded by [Limits#holdRequestsMax] and
    /// [Limits#holdTimeout].
    HOLD,
    /// Requests are answered with the maintenance page.
    MAINTENANCE,
    /// No instance runs for want of requests: those that no file answers are held, as in [#HOLD],
    /// and the agent is told of them (`POST /v1/awaited`), which starts one.
    ASLEEP
  }

  public enum Https {
    /// Plain requests are served as they come.
    OFF,
    /// Plain requests are redirected (308), once the edge listens with TLS and has a certificate
    /// for their host that it did not sign itself; until then they are served.
    ON
  }

  /// What a service asks of requests before they are let in, and what it says with answers.
  ///
  /// @param canonicalHost where requests to any other of its hosts are redirected
  /// @param allow addresses and networks that may use it, such as `203.0.113.0/24`; empty for all
  /// @param headers set on every answer; an empty value takes a header away
  /// @param users who may use it, by name and password (RFC 7617); empty for all
  /// @param compress whether answers are compressed that the app has not compressed itself
  /// @param formerFiles where files of releases before this one still are, newest first
  /// @param accessLog the share of requests that have a line in the access log, from 0 to 1
  @Json(naming = Naming.LowerHyphen)
  public record Rules(
      Optional<String> canonicalHost,
      List<Redirect> redirects,
      List<String> allow,
      SortedMap<String, String> headers,
      List<User> users,
      Optional<ErrorPages> errorPages,
      boolean compress,
      List<FormerFiles> formerFiles,
      double accessLog) {
    public static final Rules NONE =
        new Rules(
            Optional.empty(),
            List.of(),
            List.of(),
            new TreeMap<>(),
            List.of(),
            Optional.empty(),
            true,
            List.of(),
            0);

    public Rules {
      redirects = List.copyOf(Objects.requireNonNull(redirects, "redirects is missing"));
      allow = List.copyOf(Objects.requireNonNull(allow, "allow is missing"));
      Objects.requireNonNull(headers, "headers is missing");
      users = List.copyOf(Objects.requireNonNull(users, "users is missing"));
      formerFiles = List.copyOf(Objects.requireNonNull(formerFiles, "former-files is missing"));
    }
  }

  /// Where a path has moved to.
  ///
  /// @param from a path, or all below one: `/blog/*`
  /// @param to a path or an address; a `*` at its end stands for what `*` stood for in `from`
  /// @param status 301, 302, 307 or 308
  @Json(naming = Naming.LowerHyphen)
  public record Redirect(String from, String to, int status) {
    public Redirect {
      Objects.requireNonNull(from, "a redirect's from is missing");
      Objects.requireNonNull(to, "a redirect's to is missing");
    }
  }

  /// Somebody with a password.
  ///
  /// @param hash as [Password] writes it
  @Json(naming = Naming.LowerHyphen)
  public record User(String name, String hash) {
    public User {
      Objects.requireNonNull(name, "a user's name is missing");
      Objects.requireNonNull(hash, "a user's hash is missing");
    }
  }

  /// Pages that browsers get in the place of the edge's own.
  ///
  /// @param dir absolute directory that they lie in
  /// @param files by status, `502`; relative to the directory
  @Json(naming = Naming.LowerHyphen)
  public record ErrorPages(String dir, SortedMap<String, String> files) {
    /// Largest page.
    public static final int BYTES_MAX = 64 * 1024;

    public ErrorPages {
      Objects.requireNonNull(dir, "the error pages' dir is missing");
      Objects.requireNonNull(files, "the error pages' files is missing");
    }
  }

  public enum Protocol {
    HTTP_1_1,
    /// HTTP/2 without TLS, begun without asking (RFC 9113 3.3): what gRPC needs.
    H2C
  }

  /// Files of a release before this one. Those that its pages call by a fingerprint are served on
  /// where this release has none of that name.
  ///
  /// @param dir absolute directory
  @Json(naming = Naming.LowerHyphen)
  public record FormerFiles(String dir, Instant until) {
    public FormerFiles {
      Objects.requireNonNull(dir, "the former files' dir is missing");
      Objects.requireNonNull(until, "the former files' until is missing");
    }
  }

  /// How requests go to the targets.
  ///
  /// @param balance [Balance#LEAST_IN_FLIGHT] where nothing is said
  /// @param bufferUploads whether a target is asked only once the request's body is whole
  @Json(naming = Naming.LowerHyphen)
  public record Forwarding(Balance balance, boolean bufferUploads) {
    public static final Forwarding DEFAULTS = new Forwarding(Balance.LEAST_IN_FLIGHT, false);

    public Forwarding {
      balance = Objects.requireNonNullElse(balance, Balance.LEAST_IN_FLIGHT);
    }
  }

  /// Which target is asked next, of those that are well.
  public enum Balance {
    /// The one with the least in flight; in turn where several have as little.
    LEAST_IN_FLIGHT,
    /// One after the other, however long each takes.
    ROUND_ROBIN
  }

  /// Budgets and bounds of one service.
  ///
  /// @param drain a plain request's budget on a target that left the table
  /// @param drainStreams a WebSocket's or event stream's budget on such a target
  /// @param responseTimeout until the response header; beyond it 504
  @Json(naming = Naming.LowerHyphen)
  public record Limits(
      long bodyBytesMax,
      Duration connectTimeout,
      Duration responseTimeout,
      Duration drain,
      Duration drainStreams,
      int holdRequestsMax,
      Duration holdTimeout) {
    public Limits {
      Objects.requireNonNull(connectTimeout, "connect-timeout is missing");
      Objects.requireNonNull(responseTimeout, "response-timeout is missing");
      Objects.requireNonNull(drain, "drain is missing");
      Objects.requireNonNull(drainStreams, "drain-streams is missing");
      Objects.requireNonNull(holdTimeout, "hold-timeout is missing");
    }

    public static final Limits DEFAULTS =
        new Limits(
            1L << 30,
            Duration.ofSeconds(1),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            Duration.ofMinutes(10),
            1_000,
            Duration.ofSeconds(60));
  }
}
