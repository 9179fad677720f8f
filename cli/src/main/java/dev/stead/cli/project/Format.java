package dev.stead.cli.project;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The keys that a `stead.toml` may have.
final class Format {
  /// Those of each section, under the section's name as a reader would write it.
  static final Map<String, List<String>> KEYS = keys();

  static final List<String> TOP =
      List.of(
          "app",
          "build",
          "process",
          "release",
          "http",
          "rollout",
          "static",
          "volumes",
          "system",
          "server",
          "env",
          "environment");

  private Format() {}

  private static Map<String, List<String>> keys() {
    var keys = new LinkedHashMap<String, List<String>>();
    keys.put("build", List.of("command", "include", "install"));
    keys.put(
        "process.NAME",
        List.of(
            "command",
            "instances",
            "memory",
            "cpu",
            "stop-timeout",
            "stop-signal",
            "overlap",
            "sleep-after"));
    keys.put("release", List.of("command"));
    keys.put(
        "http",
        List.of(
            "hosts",
            "path",
            "strip-path",
            "health",
            "liveness",
            "liveness-interval",
            "liveness-failures",
            "drain",
            "drain-streams",
            "max-body",
            "response-timeout",
            "connect-timeout",
            "hold-requests",
            "hold-timeout",
            "balance",
            "buffer-uploads",
            "https",
            "hsts-max-age",
            "canonical-host",
            "allow",
            "compress",
            "access-log",
            "redirects",
            "headers",
            "users",
            "error-pages",
            "protocol",
            "certificates-ask"));
    keys.put("rollout", List.of("strategy", "start-timeout", "settle", "release-timeout"));
    keys.put("static", List.of("dir"));
    keys.put("volumes.NAME", List.of("path", "size"));
    keys.put("system", List.of("packages", "cpu-features"));
    keys.put("environment.NAME", List.of("hosts"));
    keys.put("server", List.of("default"));
    return keys;
  }
}
