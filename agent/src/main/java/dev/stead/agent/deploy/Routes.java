package dev.stead.agent.deploy;

import dev.stead.agent.bundle.Bundles;
import dev.stead.edge.control.RoutingTable;
import dev.stead.edge.control.Service;
import dev.stead.sdk.AppConfig;
import dev.stead.sdk.HttpConfig;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Makes the edge's routing table out of what is live.
final class Routes {
  /// Requests under way on an instance that a hold rollout ends get this long, since others wait.
  static final Duration HOLD_DRAIN_MAX = Duration.ofSeconds(20);

  /// WebSockets and event streams of such an instance get this long: they would outlast the hold.
  static final Duration HOLD_STREAMS_MAX = Duration.ofSeconds(5);

  private final Records records;
  private final Bundles bundles;
  private final Hosts hosts;
  private final RouteRules rules;
  private final String bootId;

  Routes(Records records, Bundles bundles, Hosts hosts, RouteRules rules, String bootId) {
    this.records = records;
    this.bundles = bundles;
    this.hosts = hosts;
    this.rules = rules;
    this.bootId = bootId;
  }

  RoutingTable table(long generation, Withheld withheld) {
    var services = new ArrayList<Service>();
    for (var app : records.apps()) {
      records
          .live(app)
          .flatMap(live -> service(app, live.value(), withheld))
          .ifPresent(services::add);
    }
    return new RoutingTable(generation, bootId, services);
  }

  /// Whether an app claims its hosts. What came with a fork does not before it was started there:
  /// nobody has looked yet whether they are free.
  static boolean isRouted(Release release, Live live, Bundles bundles) {
    return !live.stopped() || Files.isDirectory(bundles.directory(release.app(), release.number()));
  }

  private Optional<Service> service(String app, Live live, Withheld withheld) {
    var held = withheld.apps().contains(app);
    var release = records.liveRelease(app, live);
    var config = release.config();
    if (!Hosts.takesRequests(config) || !isRouted(release, live, bundles)) {
      return Optional.empty();
    }
    var http = config.http();
    return Optional.of(
        new Service(
            app,
            hosts.of(release),
            http.path(),
            http.stripPath(),
            release.number(),
            held ? List.of() : targets(live.instances(), withheld),
            live.stopped() ? Optional.empty() : staticDir(release),
            mode(app, live, held),
            http.health(),
            hosts.redirects(config) ? Service.Https.ON : Service.Https.OFF,
            http.hstsMaxAge(),
            rules.of(release, live),
            protocol(http),
            limits(release.config(), live, held),
            forwarding(http),
            held
                ? Optional.empty()
                : live.canary().flatMap(canary -> canary(app, canary, withheld))));
  }

  /// A maintenance page is shown while a rollout holds as well; what is paused waits on after it.
  private Service.Mode mode(String app, Live live, boolean held) {
    var open = live.asleep() ? Service.Mode.ASLEEP : Service.Mode.OPEN;
    return switch (records.mode(app)) {
      case OPEN -> held ? Service.Mode.HOLD : open;
      case PAUSED -> Service.Mode.HOLD;
      case MAINTENANCE -> Service.Mode.MAINTENANCE;
    };
  }

  private Optional<Service.Canary> canary(String app, Canary canary, Withheld withheld) {
    return records
        .release(app, canary.release())
        .map(
            release ->
                new Service.Canary(
                    canary.release(),
                    canary.percent(),
                    targets(canary.instances(), withheld),
                    staticDir(release),
                    release.config().http().health()));
  }

  private static List<Service.Target> targets(List<Placement> instances, Withheld withheld) {
    return instances.stream()
        .filter(instance -> !withheld.targets().contains(instance.id()))
        .filter(instance -> instance.port().isPresent())
        .map(
            instance ->
                new Service.Target(instance.id(), "127.0.0.1", instance.port().orElseThrow()))
        .toList();
  }

  private Optional<String> staticDir(Release release) {
    return release
        .config()
        .staticFiles()
        .map(files -> bundles.directory(release.app(), release.number()).resolve(files.dir()))
        .map(directory -> directory.toAbsolutePath().normalize().toString());
  }

  private static Service.Protocol protocol(HttpConfig http) {
    return switch (http.protocol()) {
      case HTTP_1_1 -> Service.Protocol.HTTP_1_1;
      case H2C -> Service.Protocol.H2C;
    };
  }

  private static Service.Forwarding forwarding(HttpConfig http) {
    return new Service.Forwarding(
        switch (http.forwarding().balance()) {
          case LEAST_IN_FLIGHT -> Service.Balance.LEAST_IN_FLIGHT;
          case ROUND_ROBIN -> Service.Balance.ROUND_ROBIN;
        },
        http.forwarding().bufferUploads());
  }

  private static Service.Limits limits(AppConfig config, Live live, boolean held) {
    var http = config.http();
    var forwarding = http.forwarding();
    return new Service.Limits(
        http.bodyBytesMax(),
        forwarding.connectTimeout(),
        http.responseTimeout(),
        held ? shorter(http.drain(), HOLD_DRAIN_MAX) : http.drain(),
        held ? shorter(http.drainStreams(), HOLD_STREAMS_MAX) : http.drainStreams(),
        forwarding.holdRequestsMax(),
        live.asleep() ? config.rollout().startTimeout() : forwarding.holdTimeout());
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
