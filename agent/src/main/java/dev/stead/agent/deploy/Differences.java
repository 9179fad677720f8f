package dev.stead.agent.deploy;

import dev.stead.sdk.AppConfig;
import dev.stead.sdk.Manifest;
import dev.stead.sdk.Wire;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// What differs between what is live and a release to go back to, one line each: code, config,
/// variables, secrets (names only), routes, scale.
final class Differences {
  /// So many changed files are named.
  private static final int FILES_MAX = 10;

  private final Workshop parts;
  private final Live live;
  private final Release from;
  private final Release to;
  private final List<String> lines = new ArrayList<>();

  Differences(Workshop parts, Live live, Release from, Release to) {
    this.parts = parts;
    this.live = live;
    this.from = from;
    this.to = to;
  }

  List<String> lines() {
    code();
    config();
    routes();
    variables();
    secrets();
    scale();
    return List.copyOf(lines);
  }

  private void code() {
    if (from.bundle().equals(to.bundle())) {
      return;
    }
    var before = files(from);
    var after = files(to);
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

  private void config() {
    compare("config", settings(from.config()), settings(to.config()));
  }

  private void routes() {
    var before = from.config().http();
    var after = to.config().http();
    if (!before.hosts().equals(after.hosts()) || !before.path().equals(after.path())) {
      lines.add("routes: %s → %s".formatted(route(from.config()), route(to.config())));
    }
  }

  private String route(AppConfig config) {
    return String.join(", ", parts.hosts().of(config)) + " " + config.http().path();
  }

  private void variables() {
    compare(
        "variable", new TreeMap<>(from.plainEnvironment()), new TreeMap<>(to.plainEnvironment()));
  }

  private void secrets() {
    var now = parts.records().secrets(to.config().app());
    var names = new TreeSet<>(live.secrets().keySet());
    names.addAll(to.secrets().keySet());
    for (var name : names) {
      if (!to.secrets().containsKey(name)) {
        lines.add("secret %s: v%d does not have it".formatted(name, to.number()));
      } else if (!now.containsKey(name)) {
        lines.add("secret %s: comes back, though it was unset".formatted(name));
      } else if (now.get(name).revision() != to.secrets().get(name)) {
        lines.add(
            "secret %s: rotated since v%d; keeps its new value unless --secrets-too"
                .formatted(name, to.number()));
      }
    }
  }

  private void scale() {
    var after = new TreeMap<>(to.scale());
    parts
        .records()
        .standing(to.config().app(), to.number())
        .flatMap(Standing::scale)
        .ifPresent(after::putAll);
    compare("scale", texts(live.scale()), texts(after));
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
                name.equals("http.hosts") || name.equals("http.path") || name.startsWith("env."));
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
