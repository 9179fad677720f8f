package dev.stead.edge;

import dev.stead.edge.control.RoutingTable;
import dev.stead.edge.control.Service;
import dev.stead.edge.control.Service.Canary;
import dev.stead.edge.control.Service.Forwarding;
import dev.stead.edge.control.Service.Https;
import dev.stead.edge.control.Service.Limits;
import dev.stead.edge.control.Service.Mode;
import dev.stead.edge.control.Service.Protocol;
import dev.stead.edge.control.Service.Rules;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Routing tables as tests write them.
final class Tables {
  static final String BOOT_ID = "the-present-boot";

  private Tables() {}

  static RoutingTable table(long generation, Service... services) {
    return new RoutingTable(generation, BOOT_ID, List.of(services));
  }

  static Service service(App... apps) {
    return service(Stream.of(apps).map(App::target).toList());
  }

  /// The app `shop` on `app.test`, its targets not probed.
  static Service service(List<Service.Target> targets) {
    return new Service(
        "shop",
        List.of("app.test"),
        "/",
        false,
        0,
        targets,
        Optional.empty(),
        Mode.OPEN,
        "none",
        Https.OFF,
        Optional.empty(),
        Rules.NONE,
        Protocol.HTTP_1_1,
        Limits.DEFAULTS,
        Forwarding.DEFAULTS,
        Optional.empty());
  }

  /// With a canary whose targets are not probed.
  static Service canaried(Service of, int release, int percent, App... apps) {
    var targets = Stream.of(apps).map(App::target).toList();
    var canary = new Canary(release, percent, targets, Optional.empty(), "none");
    return with(of, draft -> draft.canary = Optional.of(canary));
  }

  static Service withFilesOfCanary(Service of, String directory) {
    Canary old = of.canary().orElseThrow();
    var canary =
        new Canary(
            old.release(), old.percent(), old.targets(), Optional.of(directory), old.health());
    return with(of, draft -> draft.canary = Optional.of(canary));
  }

  static Service named(Service of, String name, String host, String path) {
    return with(
        of,
        draft -> {
          draft.name = name;
          draft.hosts = List.of(host);
          draft.path = path;
        });
  }

  static Service stripped(Service of) {
    return with(of, draft -> draft.stripPath = true);
  }

  static Service released(Service of, int release) {
    return with(of, draft -> draft.release = release);
  }

  static Service in(Service of, Mode mode) {
    return with(of, draft -> draft.mode = mode);
  }

  static Service probed(Service of, String health) {
    return with(of, draft -> draft.health = health);
  }

  static Service withFiles(Service of, String directory) {
    return with(of, draft -> draft.staticDir = Optional.of(directory));
  }

  static Service limited(Service of, Limits limits) {
    return with(of, draft -> draft.limits = limits);
  }

  /// Plain requests go to https, and browsers remember for so long to come that way.
  static Service secured(Service of, Duration hstsMaxAge) {
    return with(
        of,
        draft -> {
          draft.https = Https.ON;
          draft.hstsMaxAge = Optional.of(hstsMaxAge);
        });
  }

  static Service ruled(Service of, Rules rules) {
    return with(of, draft -> draft.rules = rules);
  }

  /// Answers to all of these hosts.
  static Service at(Service of, String... hosts) {
    return with(of, draft -> draft.hosts = List.of(hosts));
  }

  static Service speaking(Service of, Protocol protocol) {
    return with(of, draft -> draft.protocol = protocol);
  }

  static Service forwarded(Service of, Forwarding forwarding) {
    return with(of, draft -> draft.forwarding = forwarding);
  }

  private static Service with(Service of, Consumer<Draft> change) {
    var draft = new Draft(of);
    change.accept(draft);
    return draft.service();
  }

  /// A service whose parts can still be changed.
  private static final class Draft {
    private final Service of;
    private String name;
    private List<String> hosts;
    private String path;
    private boolean stripPath;
    private int release;
    private Optional<String> staticDir;
    private Mode mode;
    private String health;
    private Https https;
    private Optional<Duration> hstsMaxAge;
    private Rules rules;
    private Protocol protocol;
    private Limits limits;
    private Forwarding forwarding;
    private Optional<Canary> canary;

    Draft(Service of) {
      this.of = of;
      name = of.name();
      hosts = of.hosts();
      path = of.path();
      stripPath = of.stripPath();
      release = of.release();
      staticDir = of.staticDir();
      mode = of.mode();
      health = of.health();
      https = of.https();
      hstsMaxAge = of.hstsMaxAge();
      rules = of.rules();
      protocol = of.protocol();
      limits = of.limits();
      forwarding = of.forwarding();
      canary = of.canary();
    }

    Service service() {
      return new Service(
          name,
          hosts,
          path,
          stripPath,
          release,
          of.targets(),
          staticDir,
          mode,
          health,
          https,
          hstsMaxAge,
          rules,
          protocol,
          limits,
          forwarding,
          canary);
    }
  }

  static Limits drains(Duration drain, Duration drainStreams) {
    Limits defaults = Limits.DEFAULTS;
    return new Limits(
        defaults.bodyBytesMax(),
        defaults.connectTimeout(),
        defaults.responseTimeout(),
        drain,
        drainStreams,
        defaults.holdRequestsMax(),
        defaults.holdTimeout());
  }

  static Limits holds(int requestsMax, Duration timeout) {
    Limits defaults = Limits.DEFAULTS;
    return new Limits(
        defaults.bodyBytesMax(),
        defaults.connectTimeout(),
        defaults.responseTimeout(),
        defaults.drain(),
        defaults.drainStreams(),
        requestsMax,
        timeout);
  }

  static Limits bodies(long bytesMax) {
    Limits defaults = Limits.DEFAULTS;
    return new Limits(
        bytesMax,
        defaults.connectTimeout(),
        defaults.responseTimeout(),
        defaults.drain(),
        defaults.drainStreams(),
        defaults.holdRequestsMax(),
        defaults.holdTimeout());
  }
}
