package dev.stead.cli.project;

import dev.stead.sdk.HttpConfig;
import dev.stead.sdk.HttpConfig.Checks;
import dev.stead.sdk.HttpConfig.Liveness;
import dev.stead.sdk.HttpConfig.Protocol;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Reads under `[http]` how instances are asked whether they are ready, and whether they are alive.
final class HttpChecks {
  private static final String HEALTH = "health";
  private static final String COMMAND = "command";
  private static final String LIVENESS = "liveness";
  private static final String LIVENESS_INTERVAL = "liveness-interval";
  private static final String LIVENESS_FAILURES = "liveness-failures";

  private static final List<String> HEALTHS =
      List.of(HttpConfig.HEALTH_TCP, HttpConfig.HEALTH_NONE);
  private static final List<String> ALIVES = List.of(HttpConfig.HEALTH_TCP);
  private static final Duration LEAST_INTERVAL = Duration.ofSeconds(1);
  private static final Duration LONGEST_INTERVAL = Duration.ofHours(1);
  private static final int MOST_FAILURES = 100;

  private final Section http;
  private final Protocol protocol;

  /// @param protocol what the app speaks
  HttpChecks(Section http, Protocol protocol) {
    this.http = http;
    this.protocol = protocol;
  }

  /// An app that speaks h2c is ready once its port is open, unless it says otherwise. Of one that
  /// has a command for it, that is all that the edge asks.
  String health() {
    var usual = protocol == Protocol.H2C ? HttpConfig.HEALTH_TCP : HttpConfig.DEFAULTS.health();
    return http.isTable(HEALTH) ? HttpConfig.HEALTH_TCP : probe(HEALTH, HEALTHS).orElse(usual);
  }

  /// What is asked beside that.
  Checks read() {
    var interval = interval().orElse(Liveness.INTERVAL);
    var failures = http.integer(LIVENESS_FAILURES, 1, MOST_FAILURES).orElse(Liveness.FAILURES);
    if (!http.keys().contains(LIVENESS)) {
      requireLiveness(LIVENESS_INTERVAL);
      requireLiveness(LIVENESS_FAILURES);
    }
    return new Checks(
        command(), probe(LIVENESS, ALIVES).map(probe -> new Liveness(probe, interval, failures)));
  }

  private Optional<String> command() {
    if (!http.isTable(HEALTH)) {
      return Optional.empty();
    }
    var health = http.section(HEALTH).orElseThrow();
    health.refuseUnknown(List.of(COMMAND), Format.KEYS);
    if (!health.keys().contains(COMMAND)) {
      http.fault(
          HEALTH,
          "[http] health has no command; write health = { command = \"bin/ready\" }, or a path");
    }
    return health.text(COMMAND);
  }

  private Optional<Duration> interval() {
    var interval = http.duration(LIVENESS_INTERVAL, LONGEST_INTERVAL);
    if (interval.filter(found -> found.compareTo(LEAST_INTERVAL) < 0).isPresent()) {
      http.fault(
          LIVENESS_INTERVAL,
          "[http] %s must be at least %s"
              .formatted(LIVENESS_INTERVAL, Units.durationText(LEAST_INTERVAL)));
      return Optional.empty();
    }
    return interval;
  }

  private void requireLiveness(String key) {
    if (http.keys().contains(key)) {
      http.fault(
          key,
          "[http] %s says nothing without %s, such as %s = \"/alive\""
              .formatted(key, LIVENESS, LIVENESS));
    }
  }

  /// @param words what it may be beside a path, and beside gRPC's word
  private Optional<String> probe(String key, List<String> words) {
    return http.string(key).filter(value -> isProbe(key, value, words));
  }

  private boolean isProbe(String key, String value, List<String> words) {
    if (value.equals(HttpConfig.HEALTH_GRPC)) {
      return isSpoken(key);
    }
    boolean good = words.contains(value) || SteadToml.isPath(value);
    if (!good) {
      var others = words.stream().map(word -> ", \"" + word + "\"").collect(Collectors.joining());
      http.fault(
          key,
          "[http] %s must be a path that starts with \"/\"%s or \"grpc\", not \"%s\""
              .formatted(key, others, value));
    }
    return good;
  }

  private boolean isSpoken(String key) {
    boolean spoken = protocol == Protocol.H2C;
    if (!spoken) {
      http.fault(key, "[http] %s = \"grpc\" needs protocol = \"h2c\"".formatted(key));
    }
    return spoken;
  }
}
