package dev.stead.rig;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.rig.host.Deploy;
import dev.stead.rig.host.Stead;
import dev.stead.rig.load.Kind;
import dev.stead.rig.load.MixedLoad;
import dev.stead.rig.load.Report;
import dev.stead.sdk.Event;
import dev.stead.sdk.Event.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Deploys under mixed load: nothing fails, nothing happens twice, nothing is cut before its time.
final class DeployUnderLoadTest {
  /// 100 in `bench/deploys`.
  private static final int DEPLOYS = Integer.getInteger("stead.deploys", 15);

  /// What rig/apps/load/stead.toml says.
  private static final Duration DRAIN_STREAMS = Duration.ofSeconds(2);

  /// Between the switch and the moment that its event is read here.
  private static final Duration EVENT_DELAY = Duration.ofMillis(100);

  private static final long SEED = Long.getLong("stead.seed", 15);

  @Test
  void everySwitchIsUnnoticed() throws IOException {
    System.out.printf("%d deploys, seed %d%n", DEPLOYS, SEED);
    try (var project = LoadApp.project();
        var stead = Stead.fresh()) {
      stead.up(project);
      var switches = new Switches();
      Report report;
      try (var load =
          new MixedLoad(stead.port(), Duration.ofMillis(1_200), Duration.ofHours(1), SEED)) {
        load.awaitFlow();
        for (var i = 0; i < DEPLOYS; i++) {
          var release = i + 1;
          project.write("edition", "of deploy " + i);
          Deploy.of(stead, project, "load")
              .follow(event -> switches.see(event, release, load))
              .succeeded();
        }
        report = load.stop();
      }
      System.out.println(report);
      assertThat(report.failures()).isEmpty();
      assertThat(switches.withoutTraffic).isEmpty();
      assertThat(switches.awayFrom).hasSize(DEPLOYS);
      assertThat(switches.cutTooEarly(report)).isEmpty();
      assertThat(Files.readAllLines(LoadApp.counted(project)))
          .containsExactlyInAnyOrderElementsOf(
              IntStream.range(0, report.posted()).mapToObj(n -> "id-" + n).toList());
    }
  }

  /// When each release stopped taking requests, and what was in flight then.
  private static final class Switches {
    private final Map<Integer, Long> awayFrom = new HashMap<>();
    private final List<String> withoutTraffic = new ArrayList<>();

    void see(Event event, int release, MixedLoad load) {
      if (event instanceof Event.StepStarted started && started.step() == Step.SWITCH) {
        awayFrom.put(release, System.nanoTime());
        for (var kind : Kind.values()) {
          if (load.inFlight(kind) == 0) {
            withoutTraffic.add("%s at the switch from v%d".formatted(kind, release));
          }
        }
      }
    }

    List<String> cutTooEarly(Report report) {
      return report
          .cuts()
          .filter(cut -> leftAlone(cut).compareTo(DRAIN_STREAMS.minus(EVENT_DELAY)) < 0)
          .map(cut -> cut + " after " + leftAlone(cut))
          .toList();
    }

    private Duration leftAlone(Report.Cut cut) {
      var since = awayFrom.getOrDefault(cut.release(), Long.MAX_VALUE);
      return Duration.ofNanos(cut.atNanos() - since);
    }
  }
}
