package dev.stead.rig;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.rig.host.Deploy;
import dev.stead.rig.host.Eventually;
import dev.stead.rig.host.Processes;
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
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Agent and edge are killed with SIGKILL.
final class CrashTest {
  /// 100 in `bench/crash`.
  private static final int KILLS = Integer.getInteger("stead.kills", 20);

  private static final long SEED = Long.getLong("stead.seed", System.nanoTime());
  private static final Duration RECOVERY = Duration.ofSeconds(30);

  @Test
  void theAgentKilledAtRandomMomentsOfRolloutsLeavesTheOldOrTheNewReleaseWhole()
      throws IOException {
    System.out.printf("%d kills, seed %d%n", KILLS, SEED);
    var chance = new Random(SEED);
    var ends = new TreeMap<String, Integer>();
    try (var project = LoadApp.project();
        var stead = Stead.fresh()) {
      project.replace("stead.toml", "drain-streams = \"2s\"", "drain-streams = \"600ms\"");
      stead.up(project);
      Report report;
      try (var load =
          new MixedLoad(stead.port(), Duration.ofMillis(400), Duration.ofHours(1), SEED)) {
        load.awaitFlow();
        for (var i = 0; i < KILLS; i++) {
          project.write("edition", "of kill " + i);
          ends.merge(killDuringDeploy(stead, project, chance), 1, Integer::sum);
        }
        report = load.stop();
      }
      System.out.println(ends + "; " + report);
      assertThat(report.failures()).isEmpty();
      stead.down();
      try (var store = RocksStore.open(stead.home().resolve("store"), InstantSource.system())) {
        assertThat(store.check()).isEmpty();
      }
    }
  }

  /// Which release was live in the end.
  private static String killDuringDeploy(Stead stead, Project project, Random chance)
      throws IOException {
    var before = stead.client().app("load").release().orElseThrow();
    var deploy = Deploy.of(stead, project, "load");
    Eventually.pass(Duration.ofMillis(chance.nextInt(1_800)));
    stead.killAgent();
    var outcome = deploy.await();
    Eventually.succeeds(
        "one whole release after " + outcome,
        RECOVERY,
        () -> isWhole(stead, stead.client().app("load")));
    var after = stead.client().app("load").release().orElseThrow();
    var switched = !after.equals(before);
    assertThat(switched)
        .as("%s; v%d, then v%d", outcome, before, after)
        .isEqualTo(outcome.exit() == 0);
    assertThat(stead.get("load", "/hello").body()).isEqualTo("release " + after + "\n");
    if (!switched) {
      outcome.says("D-AGENT-RESTARTED");
    }
    return switched ? "new" : "old";
  }

  private static boolean isWhole(Stead stead, AppStatus status) {
    var release = status.release().orElseThrow();
    return status.state() == AppState.LIVE
        && status.operation().isEmpty()
        && status.instances().size() == 2
        && status.instances().stream()
            .allMatch(i -> i.release() == release && i.state().equals("running"))
        && stead.processes().stream().filter(p -> p.command().contains("python3 load.py")).count()
            == 2;
  }

  @Test
  void theEdgeKilledIsBackWithinASecondWithItsTable() throws IOException {
    try (var project = LoadApp.project();
        var stead = Stead.fresh()) {
      stead.up(project);
      var first = stead.edgePid();
      stead.killEdge();
      Eventually.succeeds(
          "the edge to serve again",
          Duration.ofSeconds(1),
          () -> stead.get("load", "/hello").body().equals("release 1\n"));
      assertThat(stead.edgePid()).isNotEqualTo(first);
    }
  }

  @Test
  void theEdgeServesAndStartsAgainWithoutTheAgent() throws IOException {
    try (var project = LoadApp.project();
        var stead = Stead.fresh()) {
      stead.up(project);
      var agent = stead.agentPid();
      Processes.signal("STOP", agent);
      assertThat(stead.get("load", "/hello").body()).isEqualTo("release 1\n");
      stead.killEdge();
      Eventually.succeeds(
          "the edge to serve from its kept table",
          Duration.ofSeconds(3),
          () -> stead.get("load", "/hello").body().equals("release 1\n"));
      Processes.signal("CONT", agent);
    }
  }
}
