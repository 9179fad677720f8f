package dev.stead.agent.deploy;

import dev.stead.sdk.AppConfig;
import dev.stead.sdk.AppConfig.StaticConfig;
import dev.stead.sdk.AppConfig.SystemConfig;
import dev.stead.sdk.AppConfig.VolumeConfig;
import dev.stead.sdk.HttpConfig;
import dev.stead.sdk.ProcessConfig;
import dev.stead.sdk.RolloutConfig;
import dev.stead.sdk.RolloutConfig.Strategy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Configs and programs for apps to deploy. A builder whose every method returns a changed copy.
record Sample(
    String app,
    SortedMap<String, ProcessConfig> processes,
    HttpConfig http,
    RolloutConfig rollout,
    Optional<String> install,
    Optional<String> releaseCommand,
    Optional<StaticConfig> files,
    SortedMap<String, VolumeConfig> volumes,
    SystemConfig system,
    SortedMap<String, String> env) {

  /// Answers `/up`, shows a variable at `/env/NAME` and its text at `/`.
  static final String SERVER =
      """
      import http.server, os, sys
      class H(http.server.BaseHTTPRequestHandler):
          protocol_version = "HTTP/1.1"
          def do_GET(self):
              body = os.environ.get(self.path[5:], "(unset)") if self.path.startswith("/env/") else "%TEXT%"
              self.send_response(200)
              self.send_header("Content-Length", str(len(body)))
              self.end_headers()
              self.wfile.write(body.encode())
          def log_message(self, *args): pass
      print("listening", flush=True)
      http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), H).serve_forever()
      """;

  static final String WEB = "exec python3 -S -E server.py";

  /// A web app with one process type.
  static Sample of(String app) {
    return new Sample(
            app,
            new TreeMap<>(),
            HttpConfig.DEFAULTS,
            new RolloutConfig(
                Strategy.AUTO,
                Duration.ofSeconds(5),
                Duration.ofMillis(100),
                Duration.ofSeconds(5)),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            new TreeMap<>(),
            SystemConfig.NONE,
            new TreeMap<>())
        .process("web", WEB, 1);
  }

  static Map<String, String> server(String text) {
    return Map.of("server.py", SERVER.replace("%TEXT%", text));
  }

  AppConfig config() {
    return new AppConfig(
        app,
        install,
        processes,
        releaseCommand,
        http,
        rollout,
        files,
        volumes,
        system,
        env,
        new TreeMap<>());
  }

  Sample process(String name, String command, int instances) {
    return process(name, command, instances, OptionalLong.empty(), true);
  }

  Sample process(String name, String command, int instances, OptionalLong memory, boolean overlap) {
    var changed = new TreeMap<>(processes);
    changed.put(
        name,
        new ProcessConfig(
            command,
            instances,
            memory,
            OptionalDouble.empty(),
            Duration.ofSeconds(1),
            overlap,
            Optional.empty(),
            Optional.empty()));
    return new Sample(
        app, changed, http, rollout, install, releaseCommand, files, volumes, system, env);
  }

  Sample sleepAfter(Duration time) {
    var changed = new TreeMap<>(processes);
    changed.computeIfPresent(
        "web",
        (_, web) ->
            new ProcessConfig(
                web.command(),
                web.instances(),
                web.memoryBytes(),
                web.cpu(),
                web.stopTimeout(),
                web.overlap(),
                web.stopSignal(),
                Optional.of(time)));
    return new Sample(
        app, changed, http, rollout, install, releaseCommand, files, volumes, system, env);
  }

  Sample without(String process) {
    var changed = new TreeMap<>(processes);
    changed.remove(process);
    return new Sample(
        app, changed, http, rollout, install, releaseCommand, files, volumes, system, env);
  }

  Sample hosts(String... hosts) {
    return http(draft -> draft.hosts = List.of(hosts));
  }

  Sample health(String health) {
    return http(draft -> draft.health = health);
  }

  Sample rules(HttpConfig.Rules rules) {
    return http(draft -> draft.rules = rules);
  }

  Sample certificatesAsk(String path) {
    return http(draft -> draft.certificatesAsk = Optional.of(path));
  }

  Sample forwarding(HttpConfig.Forwarding forwarding) {
    return http(draft -> draft.forwarding = forwarding);
  }

  /// An instance that fails three times is not alive.
  Sample liveness(String probe, Duration interval) {
    var liveness = new HttpConfig.Liveness(probe, interval, 3);
    return http(
        draft -> draft.checks = new HttpConfig.Checks(Optional.empty(), Optional.of(liveness)));
  }

  /// A command tells whether it is ready.
  Sample ready(String command) {
    return http(
        draft -> {
          draft.health = HttpConfig.HEALTH_TCP;
          draft.checks = new HttpConfig.Checks(Optional.of(command), Optional.empty());
        });
  }

  /// Speaks HTTP/2 without TLS.
  Sample h2c() {
    return http(
        draft -> {
          draft.health = HttpConfig.HEALTH_TCP;
          draft.protocol = HttpConfig.Protocol.H2C;
        });
  }

  Sample https(Boolean wanted) {
    return http(
        draft -> {
          draft.https = Optional.of(wanted);
          draft.hstsMaxAge = Optional.of(Duration.ofDays(365));
        });
  }

  /// What samples differ in of an [HttpConfig], while it is being made.
  private static final class HttpDraft {
    private final HttpConfig from;
    private List<String> hosts;
    private String health;
    private Optional<Boolean> https;
    private Optional<Duration> hstsMaxAge;
    private HttpConfig.Rules rules;
    private HttpConfig.Protocol protocol;
    private Optional<String> certificatesAsk;
    private HttpConfig.Forwarding forwarding;
    private HttpConfig.Checks checks;

    private HttpDraft(HttpConfig from) {
      this.from = from;
      hosts = from.hosts();
      health = from.health();
      https = from.https();
      hstsMaxAge = from.hstsMaxAge();
      rules = from.rules();
      protocol = from.protocol();
      certificatesAsk = from.certificatesAsk();
      forwarding = from.forwarding();
      checks = from.checks();
    }

    private HttpConfig done() {
      return new HttpConfig(
          hosts,
          from.path(),
          from.stripPath(),
          health,
          from.drain(),
          from.drainStreams(),
          from.bodyBytesMax(),
          from.responseTimeout(),
          https,
          hstsMaxAge,
          rules,
          protocol,
          certificatesAsk,
          forwarding,
          checks);
    }
  }

  private Sample http(Consumer<HttpDraft> change) {
    var draft = new HttpDraft(http);
    change.accept(draft);
    return new Sample(
        app,
        processes,
        draft.done(),
        rollout,
        install,
        releaseCommand,
        files,
        volumes,
        system,
        env);
  }

  Sample startTimeout(Duration timeout) {
    return rollout(
        new RolloutConfig(rollout.strategy(), timeout, rollout.settle(), rollout.releaseTimeout()));
  }

  Sample settle(Duration settle) {
    return rollout(
        new RolloutConfig(
            rollout.strategy(), rollout.startTimeout(), settle, rollout.releaseTimeout()));
  }

  Sample strategy(Strategy strategy) {
    return rollout(
        new RolloutConfig(
            strategy, rollout.startTimeout(), rollout.settle(), rollout.releaseTimeout()));
  }

  private Sample rollout(RolloutConfig changed) {
    return new Sample(
        app, processes, http, changed, install, releaseCommand, files, volumes, system, env);
  }

  Sample install(String command) {
    return new Sample(
        app,
        processes,
        http,
        rollout,
        Optional.of(command),
        releaseCommand,
        files,
        volumes,
        system,
        env);
  }

  Sample releaseCommand(String command) {
    return new Sample(
        app, processes, http, rollout, install, Optional.of(command), files, volumes, system, env);
  }

  Sample files(String dir) {
    return new Sample(
        app,
        processes,
        http,
        rollout,
        install,
        releaseCommand,
        Optional.of(new StaticConfig(dir)),
        volumes,
        system,
        env);
  }

  Sample volume(String name, String path) {
    return volume(name, path, OptionalLong.empty());
  }

  Sample volume(String name, String path, OptionalLong size) {
    var changed = new TreeMap<>(volumes);
    changed.put(name, new VolumeConfig(path, size));
    return new Sample(
        app, processes, http, rollout, install, releaseCommand, files, changed, system, env);
  }

  Sample system(SystemConfig changed) {
    return new Sample(
        app, processes, http, rollout, install, releaseCommand, files, volumes, changed, env);
  }

  Sample env(String name, String value) {
    var changed = new TreeMap<>(env);
    changed.put(name, value);
    return new Sample(
        app, processes, http, rollout, install, releaseCommand, files, volumes, system, changed);
  }
}
