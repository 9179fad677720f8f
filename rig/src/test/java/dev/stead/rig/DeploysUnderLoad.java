package dev.stead.rig;

import dev.stead.rig.host.Deploy;
import dev.stead.rig.host.Stead;
import dev.stead.rig.load.Kind;
import dev.stead.rig.load.MixedLoad;
import dev.stead.rig.load.Report;
import dev.stead.sdk.Event;
import dev.stead.sdk.Event.Step;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// One deploy after the other while traffic of every kind goes on.
public final class DeploysUnderLoad {
  /// What rig/apps/load/stead.toml says.
  private static final Duration DRAIN_STREAMS = Duration.ofSeconds(2);

  /// Longest life of a short stream: below its drain budget, so that none may ever be cut.
  private static final Duration STAY_MAX = Duration.ofMillis(1_200);

  /// Between the switch and the moment that its event is read here.
  private static final Duration EVENT_DELAY = Duration.ofMillis(100);

  private final Map<Integer, Long> switchedAwayFrom = new HashMap<>();
  private final List<String> withoutTraffic = new ArrayList<>();

  private DeploysUnderLoad() {}

  /// What was seen.
  ///
  /// @param miscounted ids that the app counted twice, or never
  /// @param cutTooEarly streams that were cut before their drain budget was used up
  /// @param withoutTraffic kinds of which nothing was in flight at a switch
  public record Result(
      Report report,
      int switches,
      List<String> miscounted,
      List<String> cutTooEarly,
      List<String> withoutTraffic) {}

  public static Result run(int deploys, long seed) throws IOException {
    return new DeploysUnderLoad().deploy(deploys, seed);
  }

  private Result deploy(int deploys, long seed) throws IOException {
    try (var project = LoadApp.project();
        var stead = Stead.fresh()) {
      stead.up(project);
      Report report;
      try (var load = MixedLoad.start(stead.port(), STAY_MAX, Duration.ofHours(1), seed)) {
        load.awaitFlow();
        for (var release = 1; release <= deploys; release++) {
          var leaving = release;
          project.write("edition", "after v" + leaving);
          Deploy.of(stead, project, LoadApp.NAME)
              .follow(event -> see(event, leaving, load))
              .succeeded();
        }
        report = load.stop();
      }
      return new Result(
          report,
          switchedAwayFrom.size(),
          LoadApp.miscounted(LoadApp.counted(project), report),
          cutTooEarly(report),
          withoutTraffic);
    }
  }

  private void see(Event event, int leaving, MixedLoad load) {
    if (event instanceof Event.StepStarted started && started.step() == Step.SWITCH) {
      switchedAwayFrom.put(leaving, System.nanoTime());
      for (var kind : Kind.values()) {
        if (load.inFlight(kind) == 0) {
          withoutTraffic.add("%s at the switch from v%d".formatted(kind, leaving));
        }
      }
    }
  }

  private List<String> cutTooEarly(Report report) {
    return report
        .cuts()
        .filter(cut -> lived(cut).compareTo(DRAIN_STREAMS.minus(EVENT_DELAY)) < 0)
        .map(cut -> "%s, %d ms after the switch".formatted(cut, lived(cut).toMillis()))
        .toList();
  }

  /// How long a stream lived on after its release was switched away from.
  private Duration lived(Report.Cut cut) {
    var since = switchedAwayFrom.getOrDefault(cut.release(), cut.atNanos());
    return Duration.ofNanos(cut.atNanos() - since);
  }
}
