package dev.stead.sdk;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// One process type of an app.
///
/// @param command run by `/bin/sh -c` in the release's directory; `web` must listen on `$PORT`
/// @param instances how many run, unless `stead scale` says otherwise; 0 … 100
/// @param memoryBytes the limit of one instance; none when empty
/// @param cpu the limit of one instance in cores; none when empty
/// @param stopTimeout how long after SIGTERM it may live before SIGKILL
/// @param overlap whether old and new may run at the same time; `false` stops the old one first
/// @param stopSignal the polite signal, `TERM` unless the app wants another
/// @param sleepAfter of `web`: after so long without a request its instances stop, and start again
///   with the next one; never when empty
@Json(naming = Naming.LowerHyphen)
public record ProcessConfig(
    String command,
    int instances,
    OptionalLong memoryBytes,
    OptionalDouble cpu,
    Duration stopTimeout,
    boolean overlap,
    Optional<String> stopSignal,
    Optional<Duration> sleepAfter) {

  public static final int INSTANCES_MAX = 100;
  public static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

  public ProcessConfig {
    Objects.requireNonNull(command, "command is missing");
    Objects.requireNonNull(stopTimeout, "stop-timeout is missing");
    if (command.isBlank()) {
      throw new IllegalArgumentException("a process type needs a command");
    }
    if (instances < 0 || instances > INSTANCES_MAX) {
      throw new IllegalArgumentException(
          "instances must be 0 … %d, not %d".formatted(INSTANCES_MAX, instances));
    }
  }

  /// A process type with nothing but its command said.
  public static ProcessConfig of(String command) {
    return new ProcessConfig(
        command,
        1,
        OptionalLong.empty(),
        OptionalDouble.empty(),
        STOP_TIMEOUT,
        true,
        Optional.empty(),
        Optional.empty());
  }
}
