package dev.stead.sdk;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What an app's `stead.toml` says, with every default filled in. It is part of each release, so a
/// rollback brings it back as it was.
///
/// @param app the app's name, `[a-z][a-z0-9-]{0,38}`
/// @param install a command run beside the materialised bundle before the release starts, such as
///   `npm ci`
/// @param processes the process types by name; the one named `web` receives requests; may be empty
///   for a static app
/// @param releaseCommand a command run once per release before the switch, such as a migration
/// @param env plain configuration that every process of the release finds in its environment
/// @param environments what is otherwise in other environments than `production`, by their names
@Json(naming = Naming.LowerHyphen)
public record AppConfig(
    String app,
    Optional<String> install,
    SortedMap<String, ProcessConfig> processes,
    Optional<String> releaseCommand,
    HttpConfig http,
    RolloutConfig rollout,
    Optional<StaticConfig> staticFiles,
    SortedMap<String, VolumeConfig> volumes,
    SystemConfig system,
    SortedMap<String, String> env,
    SortedMap<String, EnvironmentConfig> environments) {

  public static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,38}");

  /// The process type that the edge sends requests to.
  public static final String WEB = "web";

  public AppConfig {
    Objects.requireNonNull(app, "app is missing");
    Objects.requireNonNull(processes, "processes is missing");
    Objects.requireNonNull(http, "http is missing");
    Objects.requireNonNull(rollout, "rollout is missing");
    Objects.requireNonNull(volumes, "volumes is missing");
    Objects.requireNonNull(system, "system is missing");
    Objects.requireNonNull(env, "env is missing");
    requireName("app", app);
    processes = copy(processes);
    processes.keySet().forEach(name -> requireName("process type", name));
    volumes = copy(volumes);
    volumes.keySet().forEach(name -> requireName("volume", name));
    env = copy(env);
    // Those written before there were other environments do not have it.
    environments = copy(Objects.requireNonNullElse(environments, new TreeMap<>()));
    environments.keySet().forEach(name -> requireName("environment", name));
    if (processes.isEmpty() && staticFiles.isEmpty()) {
      throw new IllegalArgumentException(
          "app %s has neither a [process.NAME] nor a [static]: there is nothing to run or serve"
              .formatted(app));
    }
  }

  /// Whether requests reach a process of this app (and not only static files, or nothing).
  public boolean hasWeb() {
    return processes.containsKey(WEB);
  }

  /// This config with other environment variables.
  public AppConfig withEnv(Map<String, String> changed) {
    return new AppConfig(
        app,
        install,
        processes,
        releaseCommand,
        http,
        rollout,
        staticFiles,
        volumes,
        system,
        new TreeMap<>(changed),
        environments);
  }

  /// The hosts in an environment: those that were set for it; otherwise those of `[http]`, in
  /// another environment than `production` with its name in front: `staging.cv.example.com`, and
  /// `*.staging.example.com` for `*.example.com`.
  public List<String> hosts(String environment) {
    EnvironmentConfig own = environments.get(environment);
    if (own != null && !own.hosts().isEmpty()) {
      return own.hosts();
    }
    return environment.equals(AppName.PRODUCTION)
        ? http.hosts()
        : http.hosts().stream().map(host -> inFront(environment, host)).toList();
  }

  /// Where requests to the app's other hosts are redirected in an environment; empty where the
  /// hosts that were set for it are others.
  public Optional<String> canonicalHost(String environment) {
    List<String> hosts = hosts(environment);
    return http.rules().canonicalHost().stream()
        .flatMap(host -> Stream.of(host, inFront(environment, host)))
        .filter(hosts::contains)
        .findFirst();
  }

  private static String inFront(String environment, String host) {
    return host.startsWith("*.")
        ? "*." + environment + host.substring(1)
        : environment + "." + host;
  }

  private static void requireName(String what, String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "%s name '%s' must match %s".formatted(what, name, NAME.pattern()));
    }
  }

  private static <V> SortedMap<String, V> copy(Map<String, V> map) {
    return java.util.Collections.unmodifiableSortedMap(new TreeMap<>(map));
  }

  /// What the server must offer.
  ///
  /// @param packages names of the system's own packages
  /// @param cpuFeatures flags as `/proc/cpuinfo` spells them
  @Json(naming = Naming.LowerHyphen)
  public record SystemConfig(List<String> packages, List<String> cpuFeatures) {
    public static final SystemConfig NONE = new SystemConfig(List.of(), List.of());

    public SystemConfig {
      Objects.requireNonNull(packages, "packages is missing");
      Objects.requireNonNull(cpuFeatures, "cpu-features is missing");
      packages = List.copyOf(packages);
      cpuFeatures = List.copyOf(cpuFeatures);
    }
  }

  /// What is otherwise in one environment.
  ///
  /// @param hosts exact names or `*.rest`, as they are; none = those of `[http]` with the
  ///   environment's name in front
  @Json(naming = Naming.LowerHyphen)
  public record EnvironmentConfig(List<String> hosts) {
    public EnvironmentConfig {
      Objects.requireNonNull(hosts, "hosts is missing");
      hosts = List.copyOf(hosts);
    }
  }

  /// Files that the edge serves itself.
  ///
  /// @param dir path inside the bundle
  @Json(naming = Naming.LowerHyphen)
  public record StaticConfig(String dir) {
    public StaticConfig {
      Objects.requireNonNull(dir, "dir is missing");
    }
  }

  /// A directory kept across releases and never pruned.
  ///
  /// @param path where the release finds it, relative to its own directory
  /// @param sizeBytes what it may grow to; without a limit when empty
  @Json(naming = Naming.LowerHyphen)
  public record VolumeConfig(String path, OptionalLong sizeBytes) {
    public VolumeConfig {
      Objects.requireNonNull(path, "path is missing");
    }
  }
}
