package dev.stead.agent.deploy;

import dev.stead.agent.deploy.Records.Versioned;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import java.time.Duration;
import java.util.List;

/// Takes an app away from its environment: the files of its releases, its config, its secrets, its
/// deploy tokens, its claim to its hosts, its logs. Its volumes stay for a later app of the same
/// name, unless they are to go, too. What was done to it stays in the store as long as it would
/// have anyway.
final class Removal {
  /// The edge is told within this time, or is not there.
  private static final Duration EDGE_PATIENCE = Duration.ofSeconds(3);

  private final Workshop parts;
  private final Records records;
  private final Leases leases;
  private final Tokens tokens;
  private final AppLogs logs;

  Removal(Workshop parts, Leases leases, Tokens tokens, AppLogs logs) {
    this.parts = parts;
    this.records = parts.records();
    this.leases = leases;
    this.tokens = tokens;
    this.logs = logs;
  }

  /// Removes an app that is stopped. May be done again when it was cut short.
  void remove(String app, String actor) {
    records.requireApp(app);
    try (var _ = leases.take(app, "removal", actor)) {
      requireStopped(app);
      takeAway(app, actor);
      forget(List.of(app));
    }
  }

  /// Removes an app that is stopped, and its volumes; also those of an app that went before.
  void removeWithVolumes(String app, String actor) {
    if (!parts.volumes().has(app)) {
      records.requireApp(app);
    }
    try (var _ = leases.take(app, "removal", actor)) {
      requireStopped(app);
      parts.volumes().remove(app);
      takeAway(app, actor);
      forget(List.of(app));
    }
  }

  private void takeAway(String app, String actor) {
    if (records.has(app)) {
      clear(app, actor);
      records.removeApp(app, actor);
    }
  }

  private void requireStopped(String app) {
    if (runs(app)) {
      throw new ProblemException(
          Problem.of(Code.APP_RUNS, "removing " + app, "it runs: `stead stop %s`".formatted(app)));
    }
  }

  /// Whether an app's instances run, or come when they are asked for.
  boolean runs(String app) {
    return records.live(app).map(Versioned::value).filter(live -> !live.stopped()).isPresent();
  }

  /// Has the edge forget apps that are gone, and then takes away their logs: until then it writes a
  /// line whenever somebody comes.
  void forget(List<String> apps) {
    parts.publisher().publish(EDGE_PATIENCE);
    apps.forEach(logs::remove);
  }

  /// Takes away the files of an app's releases, and its tokens.
  void clear(String app, String actor) {
    records.tokens(app).keySet().forEach(token -> tokens.revoke(app, token, actor));
    parts.pruning().kept(app).forEach(number -> parts.bundles().remove(app, number));
  }
}
