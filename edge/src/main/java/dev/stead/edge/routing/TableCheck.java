package dev.stead.edge.routing;

import dev.stead.edge.control.RoutingTable;
import dev.stead.edge.control.Service;
import dev.stead.edge.control.Service.Limits;
import dev.stead.edge.probe.H2cProbe;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Says what is wrong with a routing table: every problem, each naming the service.
final class TableCheck {
  private static final Pattern HOST =
      Pattern.compile(
          "\\*|(\\*\\.)?[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*|\\[[0-9a-f:.]+\\]");
  private static final Pattern PATH = Pattern.compile("/[!-~&&[^?#%\\\\]]*");
  private static final Pattern HEALTH = Pattern.compile("tcp|none|grpc|/[!-~]*");
  private static final Pattern FILE_NAME = Pattern.compile("[a-z0-9][a-z0-9.-]*");
  private static final int PORT_MAX = 65_535;
  private static final Duration SHORTEST = Duration.ofMillis(1);
  private static final Duration HSTS_LONGEST = Duration.ofDays(730);
  private static final Duration LONGEST = Duration.ofDays(7);

  private final List<String> problems = new ArrayList<>();

  private TableCheck() {}

  static List<String> problems(RoutingTable table) {
    var check = new TableCheck();
    Set<String> names = new HashSet<>();
    Map<String, String> owners = new HashMap<>();
    for (Service service : table.services()) {
      if (!names.add(service.name())) {
        check.problem(service, "is listed twice");
      }
      check.service(service);
      check.claims(service, owners);
    }
    return check.problems;
  }

  private void problem(Service service, String what) {
    problems.add("service '" + service.name() + "': " + what);
  }

  private void service(Service service) {
    if (service.name().isBlank()) {
      problem(service, "has no name");
    }
    if (service.rules().accessLog() > 0 && !FILE_NAME.matcher(service.name()).matches()) {
      problem(service, "has a name by which no access log can be called");
    }
    if (service.hosts().isEmpty()) {
      problem(service, "has no hosts; give at least one, or '*' for every host");
    }
    for (String host : service.hosts()) {
      if (!isHost(host)) {
        problem(service, "host '" + host + "' is neither a name, nor '*.rest', nor '*'");
      }
    }
    if (!PATH.matcher(service.path()).matches()) {
      problem(
          service,
          "path '"
              + service.path()
              + "' must begin with '/' and hold no space, '?', '#', '%' or '\\'");
    }
    release(service);
    service.canary().ifPresent(canary -> canary(service, canary));
    Duration hsts = service.hstsMaxAge().orElse(Duration.ZERO);
    if (hsts.isNegative() || hsts.compareTo(HSTS_LONGEST) > 0) {
      problem(service, "hsts-max-age must be from 0 to 730 days, not " + hsts);
    }
    new RulesCheck(what -> problem(service, what)).check(service.rules());
    targets(service);
    limits(service);
  }

  static boolean isHost(String text) {
    return HOST.matcher(text.toLowerCase(Locale.ROOT)).matches();
  }

  private void canary(Service service, Service.Canary canary) {
    if (canary.percent() < 0 || canary.percent() > 100) {
      problem(service, "the canary's percent must be from 0 to 100, not " + canary.percent());
    }
    if (canary.release() == service.release()) {
      problem(service, "the canary has release %d as well".formatted(canary.release()));
    }
    service.ofCanary().ifPresent(this::release);
  }

  /// What each release says for itself.
  private void release(Service service) {
    String health = service.health();
    if (!HEALTH.matcher(health).matches()) {
      problem(service, "health '" + health + "' must be a path, 'tcp', 'none' or 'grpc'");
    }
    if (health.equals(H2cProbe.GRPC) && service.protocol() != Service.Protocol.H2C) {
      problem(service, "health 'grpc' needs the protocol H2C");
    }
    if (service.forwarding().bufferUploads() && service.protocol() == Service.Protocol.H2C) {
      problem(service, "buffer-uploads needs the protocol HTTP_1_1");
    }
    Optional<String> files = service.staticDir();
    if (files.isPresent() && !Path.of(files.orElseThrow()).isAbsolute()) {
      problem(service, "static-dir '" + files.orElseThrow() + "' must be absolute");
    }
  }

  private void targets(Service service) {
    Set<String> ids = new HashSet<>();
    List<Service.Target> all = new ArrayList<>(service.targets());
    service.canary().ifPresent(canary -> all.addAll(canary.targets()));
    for (Service.Target target : all) {
      String named = "target '" + target.id() + "' ";
      if (target.id().isBlank() || !ids.add(target.id())) {
        problem(service, named + "has no id of its own");
      }
      if (!isAddress(target.host())) {
        problem(service, named + "has the host '" + target.host() + "'; it must be an IP address");
      }
      if (target.port() < 1 || target.port() > PORT_MAX) {
        problem(service, named + "has the port " + target.port() + ", not one from 1 to 65535");
      }
    }
  }

  private static boolean isAddress(String host) {
    try {
      InetAddress.ofLiteral(host);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private void limits(Service service) {
    Limits limits = service.limits();
    if (limits.bodyBytesMax() < 0 || limits.holdRequestsMax() < 0) {
      problem(service, "body-bytes-max and hold-requests-max must not be negative");
    }
    bounded(service, "connect-timeout", limits.connectTimeout(), SHORTEST);
    bounded(service, "response-timeout", limits.responseTimeout(), SHORTEST);
    bounded(service, "drain", limits.drain(), Duration.ZERO);
    bounded(service, "drain-streams", limits.drainStreams(), Duration.ZERO);
    bounded(service, "hold-timeout", limits.holdTimeout(), Duration.ZERO);
  }

  private void bounded(Service service, String name, Duration value, Duration least) {
    if (value.compareTo(least) < 0 || value.compareTo(LONGEST) > 0) {
      problem(service, name + " must be from " + least + " to " + LONGEST + ", not " + value);
    }
  }

  private void claims(Service service, Map<String, String> owners) {
    for (String host : service.hosts()) {
      String claim = host.toLowerCase(Locale.ROOT) + LiveService.prefix(service.path()) + "/";
      String owner = owners.putIfAbsent(claim, service.name());
      if (owner != null && !owner.equals(service.name())) {
        problems.add(
            "services '%s' and '%s' both claim host '%s' with path '%s'"
                .formatted(owner, service.name(), host, service.path()));
      }
    }
  }
}
