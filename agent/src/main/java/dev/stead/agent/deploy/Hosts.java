package dev.stead.agent.deploy;

import dev.stead.sdk.AppConfig;
import dev.stead.sdk.AppName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Which hosts an app answers to, by its config and the kind of machine.
///
/// @param address where the machine is reached, for the URL of an app that names no host
/// @param hasCertificate whether a host is served with a certificate that browsers can trust
record Hosts(Site site, Supplier<String> address, int httpPort, Predicate<String> hasCertificate) {
  /// As the edge writes it: every host that no service names.
  static final String ALL_OTHERS = "*";

  /// The domain under which every app of a laptop answers.
  private static final String LOCALHOST = ".localhost";

  /// Every host; none for an app that takes no requests.
  List<String> of(String app, AppConfig config) {
    if (!takesRequests(config)) {
      return List.of();
    }
    var named = named(app, config);
    return switch (site) {
      case SERVER -> {
        var hosts = new ArrayList<>(named.stream().distinct().toList());
        if (hosts.isEmpty() || ask(app, config).isPresent()) {
          hosts.add(ALL_OTHERS);
        }
        yield List.copyOf(hosts);
      }
      case LAPTOP -> {
        var hosts = new ArrayList<>(List.of(app + LOCALHOST));
        named.stream().filter(host -> !hosts.contains(host)).forEach(hosts::add);
        yield List.copyOf(hosts);
      }
    };
  }

  List<String> of(Release release) {
    return of(release.app(), release.config());
  }

  /// The hosts that the config names for the app's environment.
  static List<String> named(String app, AppConfig config) {
    return config.hosts(AppName.of(app).environment());
  }

  /// Where users reach an app; empty for one without requests.
  List<String> urls(Release release) {
    var config = release.config();
    var port = httpPort == 80 ? "" : ":" + httpPort;
    var path = config.http().path().equals("/") ? "" : config.http().path();
    return of(release).stream()
        .filter(host -> !host.startsWith("*."))
        .filter(host -> !host.equals(ALL_OTHERS) || named(release.app(), config).isEmpty())
        .map(host -> host.equals(ALL_OTHERS) ? address.get() : host)
        .map(host -> (byHttps(host) ? "https://" + host : "http://" + host + port) + path)
        .toList();
  }

  /// A server has https on its own port.
  private boolean byHttps(String host) {
    return site == Site.SERVER && hasCertificate.test(host);
  }

  /// Whether plain requests are sent to https: unless the app says otherwise, on a server.
  boolean redirects(AppConfig config) {
    return config.http().https().orElse(site == Site.SERVER);
  }

  /// The hosts that are to have a certificate: the named ones of a server.
  List<String> certified(Release release) {
    var config = release.config();
    return site == Site.SERVER && takesRequests(config) && redirects(config)
        ? named(release.app(), config)
        : List.of();
  }

  /// The path where the app is asked whether a host that no app names is to get a certificate: of a
  /// server's production, since of its environments one can answer at all other hosts.
  Optional<String> ask(String app, AppConfig config) {
    return config
        .http()
        .certificatesAsk()
        .filter(
            _ ->
                site == Site.SERVER
                    && config.hasWeb()
                    && redirects(config)
                    && AppName.of(app).environment().equals(AppName.PRODUCTION));
  }

  static boolean takesRequests(AppConfig config) {
    return config.hasWeb() || config.staticFiles().isPresent();
  }
}
