package dev.stead.agent.deploy;

import dev.stead.agent.bundle.Bundles;
import dev.stead.edge.control.Password;
import dev.stead.edge.control.Service;
import dev.stead.sdk.HttpConfig;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/// Makes the edge's rules for an app out of those of its config: with hosts as they are in its
/// environment, passwords out of its secrets, and pages out of its release.
final class RouteRules {
  private final Environment environment;
  private final Bundles bundles;
  private final AssetBridge bridge;
  private final SecureRandom random;

  RouteRules(Environment environment, Bundles bundles, AssetBridge bridge, SecureRandom random) {
    this.environment = environment;
    this.bundles = bundles;
    this.bridge = bridge;
    this.random = random;
  }

  Service.Rules of(Release release, Live live) {
    var rules = release.config().http().rules();
    return new Service.Rules(
        release.config().canonicalHost(release.environment()),
        rules.redirects().stream().map(RouteRules::redirect).toList(),
        rules.allow(),
        rules.headers(),
        rules.users().entrySet().stream()
            .map(user -> new Service.User(user.getKey(), hash(release, live, user.getValue())))
            .toList(),
        errorPages(release, rules),
        rules.compress(),
        formerFiles(release, live),
        rules.accessLog());
  }

  private static Service.Redirect redirect(HttpConfig.Redirect redirect) {
    return new Service.Redirect(redirect.from(), redirect.to(), redirect.status());
  }

  private String hash(Release release, Live live, String secret) {
    // Planner refuses what lacks a secret; should one be missing all the same, nobody gets in.
    var revision = live.secrets().get(secret);
    var password =
        revision == null
            ? String.valueOf(random.nextLong()) + random.nextLong()
            : environment.secret(release, secret, revision);
    return Password.hash(password, random);
  }

  private Optional<Service.ErrorPages> errorPages(Release release, HttpConfig.Rules rules) {
    if (rules.errorPages().isEmpty()) {
      return Optional.empty();
    }
    var directory = bundles.directory(release.app(), release.number()).toAbsolutePath().normalize();
    return Optional.of(new Service.ErrorPages(directory.toString(), rules.errorPages()));
  }

  /// Where a release before this one had its files in another directory, that is not looked for.
  private List<Service.FormerFiles> formerFiles(Release release, Live live) {
    var files = release.config().staticFiles();
    if (files.isEmpty() || live.stopped()) {
      return List.of();
    }
    var dir = files.orElseThrow().dir();
    return bridge.of(release.app()).stream()
        .map(
            former ->
                new Service.FormerFiles(
                    bundles
                        .directory(release.app(), former.release())
                        .resolve(dir)
                        .toAbsolutePath()
                        .normalize()
                        .toString(),
                    former.until()))
        .toList();
  }
}
