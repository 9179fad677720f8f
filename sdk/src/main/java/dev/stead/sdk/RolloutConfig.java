package dev.stead.sdk;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.time.Duration;
import java.util.Objects;

/// How one release gives way to the next.
///
/// @param startTimeout until every new instance is ready; beyond it the rollout is undone
/// @param settle how long the new instances must stay up after they are ready, before the switch
/// @param releaseTimeout until the release command ends
@Json(naming = Naming.LowerHyphen)
public record RolloutConfig(
    Strategy strategy, Duration startTimeout, Duration settle, Duration releaseTimeout) {
  public RolloutConfig {
    Objects.requireNonNull(strategy, "strategy is missing");
    Objects.requireNonNull(startTimeout, "start-timeout is missing");
    Objects.requireNonNull(settle, "settle is missing");
    Objects.requireNonNull(releaseTimeout, "release-timeout is missing");
  }

  /// The order of stopping and starting.
  public enum Strategy {
    /// Chosen by the agent: `ROLLING`, or `HOLD` when memory or a volume asks for it.
    AUTO,
    /// New beside old, then the switch.
    ROLLING,
    /// The edge holds requests while the old instances stop and the new ones start.
    HOLD
  }

  public static final RolloutConfig DEFAULTS =
      new RolloutConfig(
          Strategy.AUTO, Duration.ofSeconds(60), Duration.ofSeconds(5), Duration.ofMinutes(10));
}
