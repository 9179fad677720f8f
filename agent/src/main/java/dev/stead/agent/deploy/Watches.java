package dev.stead.agent.deploy;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/// What is done for apps without anybody asking for it.
final class Watches implements AutoCloseable {
  private final LivenessWatch liveness;
  private final List<Recurring> all;

  /// How operations begin that nobody has asked for.
  interface Initiative {
    /// Begins one.
    ///
    /// @throws dev.stead.sdk.ProblemException when it is refused: another one may be under way
    void begin(String app, Kind kind, Function<Planner.Origin, Plan> plan);
  }

  Watches(
      Workshop parts,
      Planner planner,
      VolumeWatch volumes,
      HistoryUpkeep upkeep,
      Initiative initiative) {
    var canaries =
        new CanaryWatch(
            parts,
            (app, why) ->
                initiative.begin(app, Kind.CANARY, from -> planner.canaries().abort(from, why)));
    var sleep = new SleepWatch(parts, app -> initiative.begin(app, Kind.SLEEP, planner::sleep));
    var wake = new WakeWatch(parts, app -> initiative.begin(app, Kind.WAKE, planner::wake));
    this.liveness = new LivenessWatch(parts);
    this.all =
        List.of(
            Recurring.of("volume watch", VolumeWatch.EVERY, volumes::look),
            Recurring.of("history upkeep", HistoryUpkeep.EVERY, upkeep::look),
            Recurring.of("canary watch", CanaryWatch.EVERY, canaries::look),
            Recurring.of("sleep watch", SleepWatch.EVERY, sleep::look),
            new Recurring("wake watch", Duration.ZERO, WakeWatch.EVERY, wake::look),
            Recurring.of("liveness watch", LivenessWatch.EVERY, liveness::look));
  }

  void start() {
    all.forEach(Recurring::start);
  }

  @Override
  public void close() {
    all.forEach(Recurring::close);
    liveness.close();
  }
}
