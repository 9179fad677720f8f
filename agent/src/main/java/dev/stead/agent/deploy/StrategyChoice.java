package dev.stead.agent.deploy;

import dev.stead.agent.supervisor.Instance;
import dev.stead.sdk.AppConfig;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import dev.stead.sdk.RolloutConfig.Strategy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// Whether new instances start beside the old ones or in their place.
///
/// @param why said to the user when it is not the usual one
record StrategyChoice(Strategy strategy, Optional<String> why) {

  /// Chooses for a rollout.
  ///
  /// @param starting how many new instances of each process type
  /// @param retiring the instances that end with it
  /// @throws ProblemException `D-NO-MEMORY` when the new instances do not fit, however it is done
  static StrategyChoice choose(
      Release release, Map<String, Integer> starting, List<Placement> retiring, Workshop parts) {
    var needed = needed(release.config(), starting, retiring, parts);
    var available = parts.machine().availableMemoryBytes();
    var freed = retiring.stream().mapToLong(old -> used(old, parts).orElse(0)).sum();
    var asked = release.config().rollout().strategy();
    var beside = asked == Strategy.ROLLING || retiring.isEmpty();
    if (needed > (beside ? available : available + freed)) {
      throw noMemory(release, needed, available, retiring, freed);
    }
    if (retiring.isEmpty()) {
      return new StrategyChoice(Strategy.ROLLING, Optional.empty());
    }
    return choose(release.config(), asked, needed, available);
  }

  private static StrategyChoice choose(
      AppConfig config, Strategy asked, long needed, long available) {
    if (asked == Strategy.HOLD) {
      return hold("as stead.toml asks");
    }
    var web = config.processes().get(AppConfig.WEB);
    if (web != null && !web.overlap()) {
      return hold("web may not run twice (overlap = false)");
    }
    if (asked == Strategy.AUTO && !config.volumes().isEmpty()) {
      return hold("volume %s has one writer".formatted(config.volumes().firstKey()));
    }
    if (needed > available) {
      return hold(
          "the new instances need %s, %s is free"
              .formatted(mebibytes(needed), mebibytes(available)));
    }
    return new StrategyChoice(Strategy.ROLLING, Optional.empty());
  }

  private static StrategyChoice hold(String why) {
    return new StrategyChoice(
        Strategy.HOLD,
        Optional.of(
            "strategy hold, %s: requests wait while the old instances stop and the new ones start"
                .formatted(why)));
  }

  /// The limits of the new instances; where there is none, what the old ones of that type use.
  private static long needed(
      AppConfig config, Map<String, Integer> starting, List<Placement> retiring, Workshop parts) {
    var sum = 0L;
    for (var type : starting.entrySet()) {
      var process = config.processes().get(type.getKey());
      if (process != null) {
        var one = process.memoryBytes().orElseGet(() -> usual(type.getKey(), retiring, parts));
        sum += one * type.getValue();
      }
    }
    return sum;
  }

  private static long usual(String process, List<Placement> retiring, Workshop parts) {
    return (long)
        retiring.stream()
            .filter(old -> old.process().equals(process))
            .mapToLong(old -> used(old, parts).orElse(0))
            .average()
            .orElse(0);
  }

  private static OptionalLong used(Placement placement, Workshop parts) {
    return parts
        .instances()
        .find(placement)
        .map(Instance::memoryBytes)
        .orElse(OptionalLong.empty());
  }

  private static ProblemException noMemory(
      Release release, long needed, long available, List<Placement> retiring, long freed) {
    var beside = retiring.isEmpty() ? "" : ", and the old instances use " + mebibytes(freed);
    return new ProblemException(
        Problem.of(
            Code.NO_MEMORY,
            "finding memory for %s v%d".formatted(release.app(), release.number()),
            "its instances need %s, %s is free%s"
                .formatted(mebibytes(needed), mebibytes(available), beside)));
  }

  private static String mebibytes(long bytes) {
    return (bytes >> 20) + " MiB";
  }
}
