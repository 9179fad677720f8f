package dev.stead.edge.control;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

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
/// @param health how a target shows that it is ready: a path, `tcp` or `none`
/// @param https whether plain requests are sent to `https`; [Https#OFF] where nothing is said
/// @param hstsMaxAge for how long a browser is to come with TLS alone (RFC 6797), said on TLS
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
    Limits limits,
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
                limits,
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
