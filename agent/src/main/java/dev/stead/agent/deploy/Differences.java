package dev.stead.agent.deploy;

import dev.stead.sdk.AppConfig;
import dev.stead.sdk.AppName;
import dev.stead.sdk.Manifest;
import dev.stead.sdk.Wire;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// What differs between two setups of an app, one line each: code, config, routes, variables,
/// secrets (names only), scale.
final class Differences {
  /// So many changed files are named.
  private static final int FILES_MAX = 10;

  private final Workshop parts;
  private final Setup from;
  private final Setup to;
  private final List<String> lines = new ArrayList<>();

  Differences(Workshop parts, Setup from, Setup to) {
    this.parts = parts;
    this.from = from;
    this.to = to;
  }

  /// A release with what it runs with.
  ///
  /// @param secrets the store's revision of each secret's value
  /// @param scale how many instances of each process type
  record Setup(Release release, SortedMap<String, Long> secrets, SortedMap<String, Integer> scale) {

    /// What is live.
    static Setup of(Release release, Live live) {
      return new Setup(release, live.secrets(), live.scale());
    }

    private String title() {
      var environment = release.environment();
      return (environment.equals(AppName.PRODUCTION) ? "" : environment + " ")
          + "v"
          + release.number();
    }
  }

  /// From one to the other.
  List<String> lines() {
    return lines(secrets());
  }

  /// From what is live to a release to go back to: what is said of secrets is what becomes of them.
  List<String> linesGoingBack() {
    return lines(secretsGoingBack());
  }

  private List<String> lines(List<String> secrets) {
    code();
    compare("config", settings(from.release().config()), settings(to.release().config()));
    routes();
    compare("variable", variables(from), variables(to));
    lines.addAll(secrets);
    compare("scale", texts(from.scale()), texts(to.scale()));
    return List.copyOf(lines);
  }

  private void code() {
    if (from.release().bundle().equals(to.release().bundle())) {
      return;
    }
    var gone = Stream.of(from, to).filter(setup -> !isKnown(setup.release())).findFirst();
    if (gone.isPresent()) {
      lines.add(
          "code: differs; which files do is not known, since those of %s are no longer kept"
              .formatted(gone.orElseThrow().title()));
      return;
    }
    var before = files(from.release());
    var after = files(to.release());
    var changed = new ArrayList<String>();
    var names = new TreeSet<>(before.keySet());
    names.addAll(after.keySet());
    for (var name : names) {
      if (!Objects.equals(before.get(name), after.get(name))) {
        var sign = !before.containsKey(name) ? "+" : !after.containsKey(name) ? "-" : "~";
        changed.add(sign + name);
      }
    }
    var shown = String.join(", ", changed.subList(0, Math.min(FILES_MAX, changed.size())));
    var more = changed.size() > FILES_MAX ? ", …" : "";
    lines.add("code: %d files differ: %s%s".formatted(changed.size(), shown, more));
  }

  private boolean isKnown(Release release) {
    return parts.bundles().missing(release.bundle()).isPresent();
  }

  private Map<String, String> files(Release release) {
    var files = new TreeMap<String, String>();
    for (var file : parts.bundles().manifest(release.bundle()).files()) {
      files.put(file.path(), fingerprint(file));
    }
    return files;
  }

  private static String fingerprint(Manifest.FileEntry file) {
    return file.sha256() + file.executable() + file.link().orElse("");
  }

  private void routes() {
    var before = from.release().config().http();
    var after = to.release().config().http();
    // Not what is made of them: each environment has its name in front.
    var setBefore = from.release().config().environments();
    var setAfter = to.release().config().environments();
    if (!before.hosts().equals(after.hosts())
        || !before.path().equals(after.path())
        || !before.certificatesAsk().equals(after.certificatesAsk())
        || !setBefore.equals(setAfter)) {
      lines.add("routes: %s → %s".formatted(route(from.release()), route(to.release())));
    }
  }

  private String route(Release release) {
    return String.join(", ", parts.hosts().of(release)) + " " + release.config().http().path();
  }

  private static SortedMap<String, String> variables(Setup setup) {
    return new TreeMap<>(setup.release().plainEnvironment());
  }

  private List<String> secrets() {
    var told = new ArrayList<String>();
    var names = new TreeSet<>(from.secrets().keySet());
    names.addAll(to.secrets().keySet());
    for (var name : names) {
      if (!to.secrets().containsKey(name)) {
        told.add("secret %s: %s does not have it".formatted(name, to.title()));
      } else if (!from.secrets().containsKey(name)) {
        told.add("secret %s: %s does not have it".formatted(name, from.title()));
      } else if (!from.secrets().get(name).equals(to.secrets().get(name))) {
        told.add("secret %s: set anew".formatted(name));
      }
    }
    return told;
  }

  private List<String> secretsGoingBack() {
    var told = new ArrayList<String>();
    var now = parts.records().secrets(to.release().app());
    var names = new TreeSet<>(from.secrets().keySet());
    names.addAll(to.secrets().keySet());
    for (var name : names) {
      if (!to.secrets().containsKey(name)) {
        told.add("secret %s: %s does not have it".formatted(name, to.title()));
      } else if (!now.containsKey(name)) {
        told.add("secret %s: comes back, though it was unset".formatted(name));
      } else if (now.get(name).revision() != to.secrets().get(name)) {
        told.add(
            "secret %s: rotated since %s; keeps its new value unless --secrets-too"
                .formatted(name, to.title()));
      }
    }
    return told;
  }

  private static SortedMap<String, String> texts(Map<String, Integer> counts) {
    var texts = new TreeMap<String, String>();
    counts.forEach((name, count) -> texts.put(name, String.valueOf(count)));
    return texts;
  }

  private void compare(
      String what, SortedMap<String, String> before, SortedMap<String, String> after) {
    var names = new TreeSet<>(before.keySet());
    names.addAll(after.keySet());
    for (var name : names) {
      var old = before.getOrDefault(name, "(none)");
      var anew = after.getOrDefault(name, "(none)");
      if (!old.equals(anew)) {
        lines.add("%s %s: %s → %s".formatted(what, name, old, anew));
      }
    }
  }

  /// A config as flat settings, without what has lines of its own.
  private static SortedMap<String, String> settings(AppConfig config) {
    var settings = new TreeMap<String, String>();
    flatten("", Wire.read(Wire.write(config), Map.class), settings);
    settings
        .keySet()
        .removeIf(
            name ->
                name.equals("http.hosts")
                    || name.equals("http.path")
                    || name.startsWith("env.")
                    || name.startsWith("environments."));
    return settings;
  }

  private static void flatten(String path, Map<?, ?> tree, Map<String, String> into) {
    tree.forEach(
        (name, value) -> {
          var key = path.isEmpty() ? String.valueOf(name) : path + "." + name;
          if (value instanceof Map<?, ?> branch) {
            flatten(key, branch, into);
          } else if (value != null) {
            into.put(key, String.valueOf(value));
          }
        });
  }
}
