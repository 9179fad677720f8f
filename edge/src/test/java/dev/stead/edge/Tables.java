package dev.stead.edge;

import dev.stead.edge.control.RoutingTable;
import dev.stead.edge.control.Service;
import dev.stead.edge.control.Service.Limits;
import dev.stead.edge.control.Service.Mode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Routing tables as tests write them.
final class Tables {
  static final String BOOT_ID = "the-present-boot";

  private Tables() {}

  static RoutingTable table(long generation, Service... services) {
    return new RoutingTable(generation, BOOT_ID, List.of(services));
  }

  /// The app `shop` on `app.test`, its targets not probed.
  static Service service(App... apps) {
    return new Service(
        "shop",
        List.of("app.test"),
        "/",
        false,
        0,
        Stream.of(apps).map(App::target).toList(),
        Optional.empty(),
        Mode.OPEN,
        "none",
        Limits.DEFAULTS);
  }

  static Service named(Service of, String name, String host, String path) {
    return new Service(
        name,
        List.of(host),
        path,
        of.stripPath(),
        of.release(),
        of.targets(),
        of.staticDir(),
        of.mode(),
        of.health(),
        of.limits());
  }

  static Service stripped(Service of) {
    return new Service(
        of.name(),
        of.hosts(),
        of.path(),
        true,
        of.release(),
        of.targets(),
        of.staticDir(),
        of.mode(),
        of.health(),
        of.limits());
  }

  static Service released(Service of, int release) {
    return new Service(
        of.name(),
        of.hosts(),
        of.path(),
        of.stripPath(),
        release,
        of.targets(),
        of.staticDir(),
        of.mode(),
        of.health(),
        of.limits());
  }

  static Service in(Service of, Mode mode) {
    return new Service(
        of.name(),
        of.hosts(),
        of.path(),
        of.stripPath(),
        of.release(),
        of.targets(),
        of.staticDir(),
        mode,
        of.health(),
        of.limits());
  }

  static Service probed(Service of, String health) {
    return new Service(
        of.name(),
        of.hosts(),
        of.path(),
        of.stripPath(),
        of.release(),
        of.targets(),
        of.staticDir(),
        of.mode(),
        health,
        of.limits());
  }

  static Service withFiles(Service of, String directory) {
    return new Service(
        of.name(),
        of.hosts(),
        of.path(),
        of.stripPath(),
        of.release(),
        of.targets(),
        Optional.of(directory),
        of.mode(),
        of.health(),
        of.limits());
  }

  static Service limited(Service of, Limits limits) {
    return new Service(
        of.name(),
        of.hosts(),
        of.path(),
        of.stripPath(),
        of.release(),
        of.targets(),
        of.staticDir(),
        of.mode(),
        of.health(),
        limits);
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
