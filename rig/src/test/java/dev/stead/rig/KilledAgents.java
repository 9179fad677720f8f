package dev.stead.rig;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.rig.host.Deploy;
import dev.stead.rig.host.Eventually;
import dev.stead.rig.host.Project;
import dev.stead.rig.host.Stead;
import dev.stead.rig.load.MixedLoad;
import dev.stead.rig.load.Report;
import dev.stead.sdk.Answers.AppState;
import dev.stead.sdk.Answers.AppStatus;
import dev.stead.store.rocks.RocksStore;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/// Deploys in which the agent is killed at a moment that chance chooses, under load.
public final class KilledAgents {
  private static final Duration RECOVERY = Duration.ofSeconds(30);

  private static final Duration STAY_MAX = Duration.ofMillis(400);
  private static final String DRAIN_STREAMS = "600ms";

  private final Random chance;

  /// What an undisturbed rollout takes on this machine, from its begin to its end.
  private Duration rollout = Duration.ZERO;

  private KilledAgents(long seed) {
    this.chance = new Random(seed);
  }

  /// What was seen. That each end was whole is checked on the way.
  ///
  /// @param ends how often the old and the new release were live in the end
  /// @param brokenInvariants what the store's own check found
  public record Result(Map<String, Integer> ends, Report report, List<String> brokenInvariants) {}

  public static Result run(int kills, long seed) throws IOException {
    return new KilledAgents(seed).kill(kills, seed);
  }

  private Result kill(int kills, long seed) throws IOException {
    try (var project = LoadApp.project();
        var stead = Stead.fresh()) {
      project.replace(
          "stead.toml", "drain-streams = \"2s\"", "drain-streams = \"" + DRAIN_STREAMS + "\"");
      stead.up(project);
      var ends = new TreeMap<String, Integer>();
      Report report;
      try (var load = MixedLoad.start(stead.edge(), STAY_MAX, Duration.ofHours(1), seed)) {
        load.awaitFlow();
        rollout = deployUndisturbed(stead, project);
        for (var i = 0; i < kills; i++) {
          project.write("edition", "of kill " + i);
          ends.merge(killDuringDeploy(stead, project), 1, Integer::sum);
        }
        report = load.stop();
      }
      stead.down();
      try (var store = RocksStore.open(stead.home().resolve("store"), InstantSource.system())) {
        return new Result(ends, report, store.check());
      }
    }
  }

  private static Duration deployUndisturbed(Stead stead, Project project) {
    var deploy = Deploy.of(stead, project, LoadApp.NAME);
    var began = System.nanoTime();
    deploy.await().succeeded();
    return Duration.ofNanos(System.nanoTime() - began);
  }

  private String killDuringDeploy(Stead stead, Project project) throws IOException {
    var before = live(stead);
    var deploy = Deploy.of(stead, project, LoadApp.NAME);
    Eventually.pass(rollout.multipliedBy(chance.nextInt(1_000)).dividedBy(1_000));
    stead.killAgent();
    var outcome = deploy.await();
    Eventually.succeeds(
        "one whole release after " + outcome,
        RECOVERY,
        () -> isWhole(stead, stead.client().app(LoadApp.NAME)));
    var after = live(stead);
    var switched = after != before;
    assertThat(outcome.exit() == 0)
        .as("%s; v%d, then v%d", outcome, before, after)
        .isEqualTo(switched);
    assertThat(stead.get(LoadApp.NAME, "/hello").body()).isEqualTo("release " + after + "\n");
    if (!switched) {
      outcome.says("D-AGENT-RESTARTED");
    }
    return switched ? "new" : "old";
  }

  private static int live(Stead stead) throws IOException {
    return stead.client().app(LoadApp.NAME).release().orElseThrow();
  }

  private static boolean isWhole(Stead stead, AppStatus status) {
    var release = status.release().orElseThrow();
    return status.state() == AppState.LIVE
        && status.operation().isEmpty()
        && status.instances().size() == 2
        && status.instances().stream()
            .allMatch(i -> i.release() == release && i.state().equals("running"))
        && programsRunning(stead) == 2;
  }

  private static long programsRunning(Stead stead) {
    return stead.processes().stream().filter(p -> p.command().endsWith("python3 load.py")).count();
  }
}
