package dev.stead.agent.deploy;

import dev.stead.agent.deploy.Records.Versioned;
import dev.stead.edge.control.Service.ErrorPages;
import dev.stead.sdk.AppConfig;
import dev.stead.sdk.AppName;
import dev.stead.sdk.Code;
import dev.stead.sdk.Manifest;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import dev.stead.sdk.ProcessConfig;
import dev.stead.sdk.Requests;
import dev.stead.sdk.Wire;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// What a request must keep to before it becomes an operation. All that is wrong with it is said at
/// once.
final class Rules {
  /// Longest reason of a deploy; it stands in the history beside other words.
  static final int MESSAGE_CHARS_MAX = 1_000;

  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");
  private static final Pattern HOST =
      Pattern.compile(
          "(\\*\\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*");

  private Rules() {}

  static void requireName(String app) {
    try {
      AppName.of(app);
    } catch (IllegalArgumentException e) {
      throw refused(
          Code.BAD_REQUEST,
          "using the app name '%s'".formatted(app),
          List.of(String.valueOf(e.getMessage())));
    }
  }

  static void requireEnvironmentName(String environment) {
    if (!AppConfig.NAME.matcher(environment).matches()) {
      throw refused(
          Code.BAD_REQUEST,
          "using the environment name '%s'".formatted(environment),
          List.of("it must match " + AppConfig.NAME.pattern()));
    }
  }

  /// What the config says must be possible with the bundle's files.
  static void requireConfig(String app, AppConfig config, Manifest manifest) {
    var problems = new ArrayList<String>();
    if (!config.app().equals(AppName.of(app).app())) {
      problems.add("the config is of app " + config.app());
    }
    var hosts = new ArrayList<>(config.http().hosts());
    config.environments().values().forEach(environment -> hosts.addAll(environment.hosts()));
    for (var host : hosts) {
      if (host.length() > 253 || !HOST.matcher(host).matches()) {
        problems.add("host '%s' is not a host name".formatted(host));
      }
    }
    config
        .volumes()
        .forEach(
            (name, volume) -> {
              if (!isInside(volume.path())) {
                problems.add(
                    "[volumes.%s] path '%s' must be relative and stay inside the release"
                        .formatted(name, volume.path()));
              }
            });
    config.staticFiles().ifPresent(files -> requireStatic(files.dir(), manifest, problems));
    var rules = config.http().rules();
    rules
        .canonicalHost()
        .filter(host -> !config.http().hosts().contains(host))
        .ifPresent(host -> problems.add("canonical-host '%s' is none of hosts".formatted(host)));
    rules.errorPages().values().forEach(page -> requirePage(page, config, manifest, problems));
    config.env().keySet().stream()
        .filter(name -> !VARIABLE.matcher(name).matches())
        .forEach(name -> problems.add("[env] '%s' is not a variable name".formatted(name)));
    if (!problems.isEmpty()) {
      throw refused(Code.BAD_CONFIG, "deploying " + app, problems);
    }
  }

  /// The passwords of the config's users must be among the secrets that the release runs with.
  static void requireUsers(Release release, Map<String, Long> secrets) {
    var problems =
        release.config().http().rules().users().entrySet().stream()
            .filter(user -> !secrets.containsKey(user.getValue()))
            .map(
                user ->
                    "the password of user %s is the secret %s, which is not set: `stead secret set %s`"
                        .formatted(user.getKey(), user.getValue(), user.getValue()))
            .toList();
    if (!problems.isEmpty()) {
      throw refused(Code.BAD_CONFIG, "deploying " + release.app(), problems);
    }
  }

  private static void requireStatic(String dir, Manifest manifest, List<String> problems) {
    if (!isInside(dir) && !dir.equals(".")) {
      problems.add("[static] dir '%s' must be relative and stay inside the bundle".formatted(dir));
      return;
    }
    var prefix = dir.equals(".") ? "" : Path.of(dir).normalize() + "/";
    if (manifest.files().stream().noneMatch(file -> file.path().startsWith(prefix))) {
      problems.add("[static] dir '%s' has no files in the bundle".formatted(dir));
    }
  }

  /// What an install step makes is not known yet; the edge sends its own page where there is none.
  private static void requirePage(
      String page, AppConfig config, Manifest manifest, List<String> problems) {
    if (!isInside(page)) {
      problems.add(
          "[http.error-pages] '%s' must be relative and stay inside the release".formatted(page));
      return;
    }
    var path = Path.of(page).normalize().toString();
    var found = manifest.files().stream().filter(file -> file.path().equals(path)).findFirst();
    if (found.isEmpty() && config.install().isEmpty()) {
      problems.add("[http.error-pages] '%s' is not in the bundle".formatted(page));
    }
    found
        .filter(file -> file.size() > ErrorPages.BYTES_MAX)
        .ifPresent(
            file ->
                problems.add(
                    "[http.error-pages] '%s' has %d bytes; it can have %d"
                        .formatted(page, file.size(), ErrorPages.BYTES_MAX)));
  }

  private static boolean isInside(String path) {
    var normal = Path.of(path).normalize();
    return !normal.isAbsolute() && !normal.startsWith("..") && !normal.toString().isEmpty();
  }

  /// No other app may serve one of the config's hosts under the same path.
  static void requireHosts(String app, AppConfig config, Workshop parts) {
    var records = parts.records();
    for (var other : records.apps()) {
      if (!other.equals(app)) {
        records
            .live(other)
            .map(Versioned::value)
            .filter(
                live -> Routes.isRouted(records.liveRelease(other, live), live, parts.bundles()))
            .map(live -> records.liveRelease(other, live))
            .ifPresent(theirs -> requireApart(app, config, theirs, parts.hosts()));
      }
    }
  }

  private static void requireApart(String app, AppConfig config, Release other, Hosts hosts) {
    var shared = new ArrayList<>(hosts.of(app, config));
    shared.retainAll(hosts.of(other));
    var theirs = other.config();
    if (shared.isEmpty() || !config.http().path().equals(theirs.http().path())) {
      return;
    }
    var what = "routing requests to " + app;
    if (!shared.getFirst().equals(Hosts.ALL_OTHERS)) {
      var why =
          "%s already serves %s%s".formatted(other.app(), shared.getFirst(), config.http().path());
      throw refused(Code.HOST_TAKEN, what, List.of(why));
    }
    throw new ProblemException(
        new Problem(
            Code.HOST_TAKEN.id(),
            what,
            (config.http().certificatesAsk().isPresent()
                        || theirs.http().certificatesAsk().isPresent()
                    ? "%s is to answer at all hosts that no app names as well, and only one app can"
                    : "neither it nor %s names hosts, and only one app can answer at all others")
                .formatted(other.app()),
            "Add to the stead.toml of %s, under [http]: hosts = [\"%s.example.com\"]"
                .formatted(config.app(), config.app()),
            List.of()));
  }

  /// The reason of a deploy, as it is kept.
  static Optional<String> requireMessage(String app, Optional<String> message) {
    var kept = message.map(String::strip).filter(text -> !text.isEmpty());
    if (kept.filter(text -> text.length() > MESSAGE_CHARS_MAX).isPresent()) {
      throw refused(
          Code.BAD_REQUEST,
          "deploying " + app,
          List.of("its message is longer than %d characters".formatted(MESSAGE_CHARS_MAX)));
    }
    return kept;
  }

  static void requireVariables(String what, Requests.Variables request) {
    var problems = new ArrayList<String>();
    request
        .set()
        .forEach(
            (name, value) -> {
              if (!VARIABLE.matcher(name).matches()) {
                problems.add("'%s' is not a variable name".formatted(name));
              }
              if (value.getBytes(StandardCharsets.UTF_8).length > Wire.TEXT_BYTES_MAX) {
                problems.add("the value of %s is larger than 24 KiB".formatted(name));
              }
              if (value.indexOf('\0') >= 0) {
                problems.add("the value of %s has a zero byte in it".formatted(name));
              }
            });
    if (request.set().isEmpty() && request.unset().isEmpty()) {
      problems.add("nothing is set and nothing is unset");
    }
    if (!problems.isEmpty()) {
      throw refused(Code.BAD_REQUEST, what, problems);
    }
  }

  static void requireScale(AppConfig config, Requests.Scale request) {
    var problems = new ArrayList<String>();
    request
        .instances()
        .forEach(
            (process, count) -> {
              if (!config.processes().containsKey(process)) {
                problems.add(
                    "there is no process type '%s'; there is %s"
                        .formatted(process, String.join(", ", config.processes().keySet())));
              }
              if (count < 0 || count > ProcessConfig.INSTANCES_MAX) {
                problems.add(
                    "%s must be 0 … %d, not %d"
                        .formatted(process, ProcessConfig.INSTANCES_MAX, count));
              }
            });
    if (!problems.isEmpty()) {
      throw refused(Code.BAD_REQUEST, "scaling " + config.app(), problems);
    }
  }

  private static ProblemException refused(Code code, String what, List<String> problems) {
    return new ProblemException(Problem.of(code, what, String.join("; ", problems)));
  }
}
