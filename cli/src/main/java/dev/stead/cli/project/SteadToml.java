package dev.stead.cli.project;

import dev.stead.sdk.AppConfig;
import dev.stead.sdk.AppConfig.EnvironmentConfig;
import dev.stead.sdk.AppConfig.StaticConfig;
import dev.stead.sdk.AppConfig.SystemConfig;
import dev.stead.sdk.AppConfig.VolumeConfig;
import dev.stead.sdk.HttpConfig;
import dev.stead.sdk.HttpConfig.Protocol;
import dev.stead.sdk.ProcessConfig;
import dev.stead.sdk.RolloutConfig;
import dev.stead.sdk.RolloutConfig.Strategy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.tomlj.Toml;

/// The reader of one `stead.toml`. [Format] is the whole of it; every section has its method below.
final class SteadToml {
  private static final Duration LONGEST = Duration.ofDays(1);
  private static final Duration LEAST_SLEEP_AFTER = Duration.ofSeconds(1);
  private static final Duration LONGEST_HSTS = Duration.ofDays(2 * 365);
  private static final long LEAST_MEMORY = 4L << 20;
  private static final long LEAST_VOLUME = 16L << 20;
  private static final double MOST_CORES = 1024;
  private static final Pattern HOST =
      Pattern.compile(
          "(\\*\\.)?[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*");
  private static final Pattern SIGNAL = Pattern.compile("TERM|INT|QUIT|HUP|USR1|USR2|WINCH");
  private static final Pattern WORD = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9+._-]*");

  private final Path directory;
  private final Faults faults = new Faults(Project.FILE);
  private final Faults procfileFaults = new Faults(Project.PROCFILE);
  private final Faults dotEnvFaults = new Faults(Project.DOT_ENV);

  SteadToml(Path directory) {
    this.directory = directory;
  }

  Project read(String text) throws IOException {
    var toml = Toml.parse(text);
    toml.errors()
        .forEach(
            error ->
                faults.add(error.position().line(), firstLine(String.valueOf(error.getMessage()))));
    boolean whole = !faults.any();
    var top = new Section("", toml, faults);
    top.refuseUnknown(Format.TOP, Format.KEYS);

    var app = app(top, whole);
    var build = section(top, "build");
    var install = build.flatMap(b -> b.text("install"));
    var include = build.map(b -> paths(b, "include")).orElse(List.of());
    var command = build.flatMap(b -> b.text("command"));
    var processes = processes(top);
    var release = section(top, "release").flatMap(r -> r.text("command"));
    var http = section(top, "http").map(this::http).orElse(HttpConfig.DEFAULTS);
    var rollout = section(top, "rollout").map(this::rollout).orElse(RolloutConfig.DEFAULTS);
    var files = section(top, "static").flatMap(s -> staticFiles(s, top));
    var volumes = volumes(top);
    var system = section(top, "system").map(this::system).orElse(SystemConfig.NONE);
    section(top, "server").ifPresent(server -> server.text("default"));
    var env = env(top);
    var environments = environments(top);
    if (!top.keys().contains("process")) {
      var procfile = procfile();
      processes.putAll(procfile.processes());
      release = release.or(procfile::release);
      dotEnv().forEach(env::putIfAbsent);
    }
    if (whole && processes.isEmpty() && files.isEmpty() && !procfileFaults.any()) {
      nothingToRun(top);
    }
    Faults.refuseIfAny(List.of(faults, procfileFaults, dotEnvFaults));
    var config =
        new AppConfig(
            app,
            install,
            processes,
            release,
            http,
            rollout,
            files,
            volumes,
            system,
            env,
            environments);
    return new Project(directory, config, new Project.Build(command, include));
  }

  private String app(Section top, boolean whole) {
    if (whole && !top.keys().contains("app")) {
      faults.add(1, "app is missing: name it in the first line, such as app = \"cv\"");
    }
    return top.string("app").filter(name -> named(top, "app", "app", name)).orElse("unnamed");
  }

  private void nothingToRun(Section top) {
    // A [process] or [static] with a fault of its own has been named already.
    if (!top.keys().contains("process") && !top.keys().contains("static")) {
      faults.add(
          0,
          "there is nothing to run or serve: add [process.web] with a command, [static] with a"
              + " dir, or a Procfile");
    }
  }

  private NavigableMap<String, ProcessConfig> processes(Section top) {
    var result = new TreeMap<String, ProcessConfig>();
    var all = top.section("process");
    if (all.isEmpty()) {
      return result;
    }
    if (all.orElseThrow().keys().isEmpty()) {
      top.fault("process", "[process] names no process type: write [process.web] with a command");
    }
    for (var name : all.orElseThrow().keys()) {
      named(all.orElseThrow(), name, "process type", name);
      all.orElseThrow()
          .section(name)
          .flatMap(one -> process(one, all.orElseThrow(), name))
          .filter(_ -> AppConfig.NAME.matcher(name).matches())
          .ifPresent(one -> result.put(name, one));
    }
    return result;
  }

  private Optional<ProcessConfig> process(Section process, Section all, String name) {
    process.refuseUnknown(valid("process.NAME"), Format.KEYS);
    var command = process.text("command");
    if (!process.keys().contains("command")) {
      all.fault(name, "[process.%s] has no command".formatted(name));
    }
    var instances = process.integer("instances", 0, ProcessConfig.INSTANCES_MAX).orElse(1);
    var memory = process.size("memory", LEAST_MEMORY);
    var cpu = process.number("cpu", MOST_CORES);
    var stopTimeout = process.duration("stop-timeout", LONGEST).orElse(ProcessConfig.STOP_TIMEOUT);
    var overlap = process.bool("overlap").orElse(true);
    var signal = process.string("stop-signal").filter(value -> signal(process, value));
    var sleepAfter = sleepAfter(process, name);
    return command.map(
        run ->
            new ProcessConfig(
                run, instances, memory, cpu, stopTimeout, overlap, signal, sleepAfter));
  }

  private static Optional<Duration> sleepAfter(Section process, String name) {
    var time = process.duration("sleep-after", LONGEST);
    var key = "[process.%s] sleep-after".formatted(name);
    if (time.isPresent() && !name.equals(AppConfig.WEB)) {
      process.fault("sleep-after", key + " is for web alone: only requests wake an instance");
    } else if (time.filter(found -> found.compareTo(LEAST_SLEEP_AFTER) < 0).isPresent()) {
      process.fault(
          "sleep-after", key + " must be at least " + Units.durationText(LEAST_SLEEP_AFTER));
    }
    return time;
  }

  private boolean signal(Section process, String name) {
    if (SIGNAL.matcher(name).matches()) {
      return true;
    }
    process.fault(
        "stop-signal",
        "stop-signal must be one of %s, not \"%s\""
            .formatted(SIGNAL.pattern().replace("|", ", "), name));
    return false;
  }

  private HttpConfig http(Section http) {
    var usual = HttpConfig.DEFAULTS;
    var hosts = hosts(http, "http");
    var path = http.string("path").filter(value -> slash(http, "path", value)).orElse(usual.path());
    var protocol =
        http.string("protocol").flatMap(value -> protocol(http, value)).orElse(usual.protocol());
    var rules = new HttpRules(http, Format.KEYS).read(hosts);
    var checks = new HttpChecks(http, protocol);
    return new HttpConfig(
        hosts,
        path,
        http.bool("strip-path").orElse(usual.stripPath()),
        checks.health(),
        http.duration("drain", LONGEST).orElse(usual.drain()),
        http.duration("drain-streams", LONGEST).orElse(usual.drainStreams()),
        http.size("max-body", 0).orElse(usual.bodyBytesMax()),
        http.duration("response-timeout", LONGEST).orElse(usual.responseTimeout()),
        http.bool("https"),
        http.duration("hsts-max-age", LONGEST_HSTS),
        rules,
        protocol,
        certificatesAsk(http, protocol, rules.canonicalHost()),
        new HttpForwarding(http).read(protocol),
        checks.read());
  }

  private Optional<String> certificatesAsk(
      Section http, Protocol protocol, Optional<String> canonicalHost) {
    var key = "certificates-ask";
    var path =
        http.string(key).filter(value -> slash(http, key, value) && asksAlone(http, key, value));
    if (path.isPresent() && protocol == Protocol.H2C) {
      http.fault(key, "[http] %s needs an app that speaks \"http/1.1\"".formatted(key));
    }
    if (path.isPresent() && canonicalHost.isPresent()) {
      http.fault(
          key,
          "[http] %s and canonical-host exclude each other: the domains that are asked for would be redirected"
              .formatted(key));
    }
    return path;
  }

  private static boolean asksAlone(Section http, String key, String value) {
    var alone = !value.contains("?");
    if (!alone) {
      http.fault(key, "[http] %s must be a path without query, not \"%s\"".formatted(key, value));
    }
    return alone;
  }

  private List<String> hosts(Section section, String title) {
    var result = new ArrayList<String>();
    for (var host : section.strings("hosts")) {
      if (!HOST.matcher(host).matches() || host.length() > 253) {
        section.fault(
            "hosts",
            ("[%s] hosts: \"%s\" is not a host name; write lower-case names such as"
                    + " \"example.com\" or \"*.example.com\", without scheme, port or path")
                .formatted(title, host));
      } else if (result.contains(host)) {
        section.fault("hosts", "[%s] hosts names \"%s\" twice".formatted(title, host));
      } else {
        result.add(host);
      }
    }
    return result;
  }

  private static Optional<Protocol> protocol(Section http, String value) {
    return switch (value) {
      case "http/1.1" -> Optional.of(Protocol.HTTP_1_1);
      case "h2c" -> Optional.of(Protocol.H2C);
      default -> {
        http.fault(
            "protocol",
            "[http] protocol must be \"http/1.1\" or \"h2c\", not \"%s\"".formatted(value));
        yield Optional.empty();
      }
    };
  }

  private static boolean slash(Section http, String key, String value) {
    boolean good = isPath(value);
    if (!good) {
      http.fault(
          key, "[http] %s must be a path that starts with \"/\", not \"%s\"".formatted(key, value));
    }
    return good;
  }

  /// Whether it can be asked for as it is.
  static boolean isPath(String value) {
    return value.startsWith("/") && value.chars().allMatch(c -> c > ' ' && c < 127 && c != '#');
  }

  private RolloutConfig rollout(Section rollout) {
    var usual = RolloutConfig.DEFAULTS;
    return new RolloutConfig(
        rollout
            .string("strategy")
            .flatMap(value -> strategy(rollout, value))
            .orElse(usual.strategy()),
        rollout.duration("start-timeout", LONGEST).orElse(usual.startTimeout()),
        rollout.duration("settle", LONGEST).orElse(usual.settle()),
        rollout.duration("release-timeout", LONGEST).orElse(usual.releaseTimeout()));
  }

  private static Optional<Strategy> strategy(Section rollout, String value) {
    return switch (value) {
      case "auto" -> Optional.of(Strategy.AUTO);
      case "rolling" -> Optional.of(Strategy.ROLLING);
      case "hold" -> Optional.of(Strategy.HOLD);
      case "canary" -> {
        rollout.fault(
            "strategy", "strategy \"canary\" is asked for by `stead deploy --canary PERCENT`");
        yield Optional.empty();
      }
      default -> {
        rollout.fault(
            "strategy",
            "strategy must be \"auto\", \"rolling\" or \"hold\", not \"%s\"".formatted(value));
        yield Optional.empty();
      }
    };
  }

  private static Optional<StaticConfig> staticFiles(Section files, Section top) {
    var dir = files.text("dir").filter(value -> inside(files, "dir", value));
    if (!files.keys().contains("dir")) {
      top.fault("static", "[static] has no dir");
    }
    return dir.map(StaticConfig::new);
  }

  private NavigableMap<String, EnvironmentConfig> environments(Section top) {
    var result = new TreeMap<String, EnvironmentConfig>();
    var all = top.section("environment");
    if (all.isEmpty()) {
      return result;
    }
    for (var name : all.orElseThrow().keys()) {
      named(all.orElseThrow(), name, "environment", name);
      all.orElseThrow()
          .section(name)
          .ifPresent(environment -> environment(environment, name, result));
    }
    return result;
  }

  private void environment(
      Section environment, String name, NavigableMap<String, EnvironmentConfig> result) {
    environment.refuseUnknown(valid("environment.NAME"), Format.KEYS);
    result.put(name, new EnvironmentConfig(hosts(environment, "environment." + name)));
  }

  private NavigableMap<String, VolumeConfig> volumes(Section top) {
    var result = new TreeMap<String, VolumeConfig>();
    var all = top.section("volumes");
    if (all.isEmpty()) {
      return result;
    }
    for (var name : all.orElseThrow().keys()) {
      named(all.orElseThrow(), name, "volume", name);
      var volume = all.orElseThrow().section(name);
      volume.ifPresent(v -> volume(v, name, all.orElseThrow(), result));
    }
    return result;
  }

  private void volume(
      Section volume, String name, Section all, NavigableMap<String, VolumeConfig> result) {
    volume.refuseUnknown(valid("volumes.NAME"), Format.KEYS);
    if (!volume.keys().contains("path")) {
      all.fault(name, "[volumes.%s] has no path".formatted(name));
    }
    var path = volume.text("path").filter(value -> inside(volume, "path", value));
    var size = volume.size("size", LEAST_VOLUME);
    if (path.isEmpty()) {
      return;
    }
    for (var other : result.entrySet()) {
      var otherPath = Path.of(other.getValue().path());
      if (otherPath.startsWith(path.orElseThrow())
          || Path.of(path.orElseThrow()).startsWith(otherPath)) {
        volume.fault("path", "volumes %s and %s lie in each other".formatted(other.getKey(), name));
      }
    }
    result.put(name, new VolumeConfig(path.orElseThrow(), size));
  }

  private SystemConfig system(Section system) {
    return new SystemConfig(words(system, "packages"), words(system, "cpu-features"));
  }

  private List<String> words(Section system, String key) {
    var words = system.strings(key);
    for (var word : words) {
      if (!WORD.matcher(word).matches()) {
        system.fault(key, "[system] %s: \"%s\" is not a name".formatted(key, word));
      }
    }
    return words;
  }

  private NavigableMap<String, String> env(Section top) {
    var result = new TreeMap<String, String>();
    var env = top.section("env");
    if (env.isEmpty()) {
      return result;
    }
    for (var name : env.orElseThrow().keys()) {
      Variables.refusal(name).ifPresent(why -> env.orElseThrow().fault(name, why));
      env.orElseThrow().string(name).ifPresent(value -> result.put(name, value));
    }
    return result;
  }

  private Procfile procfile() throws IOException {
    var file = directory.resolve(Project.PROCFILE);
    return Files.isRegularFile(file)
        ? Procfile.read(Files.readAllLines(file), procfileFaults)
        : new Procfile(new TreeMap<>(), Optional.empty());
  }

  private Map<String, String> dotEnv() throws IOException {
    var file = directory.resolve(Project.DOT_ENV);
    return Files.isRegularFile(file)
        ? DotEnv.read(Files.readAllLines(file), dotEnvFaults)
        : Map.of();
  }

  /// A section of the top whose unknown keys have been refused.
  private static Optional<Section> section(Section top, String key) {
    var found = top.section(key);
    found.ifPresent(section -> section.refuseUnknown(valid(key), Format.KEYS));
    return found;
  }

  private static List<String> valid(String kind) {
    return Objects.requireNonNull(Format.KEYS.get(kind));
  }

  private List<String> paths(Section section, String key) {
    var patterns = section.strings(key);
    patterns.forEach(pattern -> inside(section, key, pattern));
    return patterns;
  }

  static boolean inside(Section section, String key, String path) {
    boolean good =
        !path.startsWith("/") && Stream.of(path.split("/")).noneMatch(part -> part.equals(".."));
    if (!good) {
      section.fault(
          key, "%s must stay inside the project, and \"%s\" does not".formatted(key, path));
    }
    return good;
  }

  private static boolean named(Section section, String key, String what, String name) {
    boolean good = AppConfig.NAME.matcher(name).matches();
    if (!good) {
      section.fault(
          key,
          ("the name of the %s must be a lower-case letter, then at most 38 letters, digits or"
                  + " '-', not \"%s\"")
              .formatted(what, name));
    }
    return good;
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("syntax error");
  }
}
