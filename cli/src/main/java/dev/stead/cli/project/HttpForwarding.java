package dev.stead.cli.project;

import dev.stead.sdk.HttpConfig;
import dev.stead.sdk.HttpConfig.Balance;
import dev.stead.sdk.HttpConfig.Protocol;
import java.time.Duration;
import java.util.Optional;

/// Reads what `[http]` says of the way to the instances, and of waiting for them.
final class HttpForwarding {
  private static final Duration LEAST_CONNECT_TIMEOUT = Duration.ofMillis(10);
  private static final Duration LONGEST_CONNECT_TIMEOUT = Duration.ofMinutes(1);
  private static final Duration LONGEST_HOLD_TIMEOUT = Duration.ofHours(1);

  private final Section http;

  HttpForwarding(Section http) {
    this.http = http;
  }

  /// @param protocol what the app speaks
  HttpConfig.Forwarding read(Protocol protocol) {
    var usual = HttpConfig.Forwarding.DEFAULTS;
    return new HttpConfig.Forwarding(
        connectTimeout().orElse(usual.connectTimeout()),
        http.integer("hold-requests", 0, HttpConfig.Forwarding.HOLD_REQUESTS_LIMIT)
            .orElse(usual.holdRequestsMax()),
        http.duration("hold-timeout", LONGEST_HOLD_TIMEOUT).orElse(usual.holdTimeout()),
        http.string("balance").flatMap(this::balance).orElse(usual.balance()),
        bufferUploads(protocol));
  }

  private Optional<Balance> balance(String value) {
    return switch (value) {
      case "least-in-flight" -> Optional.of(Balance.LEAST_IN_FLIGHT);
      case "round-robin" -> Optional.of(Balance.ROUND_ROBIN);
      default -> {
        http.fault(
            "balance",
            "[http] balance must be \"least-in-flight\" or \"round-robin\", not \"%s\""
                .formatted(value));
        yield Optional.empty();
      }
    };
  }

  private boolean bufferUploads(Protocol protocol) {
    var key = "buffer-uploads";
    boolean wanted = http.bool(key).orElse(false);
    boolean possible = protocol != Protocol.H2C;
    if (wanted && !possible) {
      http.fault(
          key,
          "[http] %s needs an app that speaks \"http/1.1\": the bodies of gRPC are streams"
              .formatted(key));
    }
    return wanted && possible;
  }

  private Optional<Duration> connectTimeout() {
    var key = "connect-timeout";
    var time = http.duration(key, LONGEST_CONNECT_TIMEOUT);
    if (time.filter(found -> found.compareTo(LEAST_CONNECT_TIMEOUT) < 0).isPresent()) {
      http.fault(
          key, "[http] %s must be at least %d ms".formatted(key, LEAST_CONNECT_TIMEOUT.toMillis()));
    }
    return time;
  }
}
