package dev.stead.agent.deploy;

import dev.stead.sdk.AppConfig;
import dev.stead.sdk.AppName;
import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a release is made of; the value of `apps/APP/releases/000007`, never changed after it was
/// written. What became of it stands in its [Standing].
///
/// @param bundle the files it runs
/// @param bytes their size
/// @param config what its `stead.toml` said
/// @param variables those set by `stead env`, over those of the config
/// @param secrets the store's revision of each secret's value
/// @param scale how many instances of each process type it began with
/// @param installKey what its install step depends on; an equal key gives an equal result
/// @param reason the operation that made it, in words: `deploy`, `env set COLOR`
/// @param environment the one that it belongs to, or is seen from
/// @param message why, in the deployer's words
@Json(naming = Naming.LowerHyphen)
record Release(
    int number,
    String bundle,
    long bytes,
    AppConfig config,
    SortedMap<String, String> variables,
    SortedMap<String, Long> secrets,
    SortedMap<String, Integer> scale,
    Optional<String> installKey,
    String actor,
    Instant createdAt,
    String reason,
    Optional<String> message,
    String environment) {
  Release {
    Objects.requireNonNull(bundle, "bundle is missing");
    Objects.requireNonNull(config, "config is missing");
    Objects.requireNonNull(variables, "variables is missing");
    Objects.requireNonNull(secrets, "secrets is missing");
    Objects.requireNonNull(scale, "scale is missing");
    Objects.requireNonNull(actor, "actor is missing");
    Objects.requireNonNull(createdAt, "created-at is missing");
    Objects.requireNonNull(reason, "reason is missing");
    // Those written before there were other environments do not have it.
    environment = Objects.requireNonNullElse(environment, AppName.PRODUCTION);
  }

  /// The name of its app there.
  String app() {
    return new AppName(environment, config.app()).toString();
  }

  /// The same as seen from an environment that was forked with it.
  Release in(String other) {
    return new Release(
        number,
        bundle,
        bytes,
        config,
        variables,
        secrets,
        scale,
        installKey,
        actor,
        createdAt,
        reason,
        message,
        other);
  }

  /// The plain environment: the config's, with the variables over it.
  Map<String, String> plainEnvironment() {
    var all = new TreeMap<>(config.env());
    all.putAll(variables);
    return all;
  }
}
