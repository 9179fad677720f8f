package dev.stead.rig;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.rig.host.Eventually;
import dev.stead.rig.host.Processes;
import dev.stead.rig.host.Stead;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/// Agent and edge are killed with SIGKILL.
@Order(Turn.FIRST)
final class CrashTest {
  private static final int KILLS = 20;

  /// A JVM's start on a busy machine; `bench/footprint` measures it on a quiet one.
  private static final Duration START = Duration.ofSeconds(10);

  private static final long SEED = Long.getLong("stead.seed", System.nanoTime());

  @Test
  void theAgentKilledAtRandomMomentsOfRolloutsLeavesTheOldOrTheNewReleaseWhole()
      throws IOException {
    System.out.printf("%d kills, seed %d%n", KILLS, SEED);
    var result = KilledAgents.run(KILLS, SEED);
    System.out.println(result.ends() + "; " + result.report());
    assertThat(result.report().failures()).isEmpty();
    assertThat(result.brokenInvariants()).isEmpty();
  }

  @Test
  void theEdgeKilledIsStartedAgainWithinASecondWithItsTable() throws IOException {
    try (var project = LoadApp.project();
        var stead = Stead.fresh()) {
      stead.up(project);
      var first = stead.edgePid();
      stead.killEdge();
      Eventually.succeeds(
          "another edge to be started", Duration.ofSeconds(1), () -> stead.edgePid() != first);
      Eventually.succeeds(
          "it to serve", START, () -> stead.get("load", "/hello").body().equals("release 1\n"));
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
          START,
          () -> stead.get("load", "/hello").body().equals("release 1\n"));
      Processes.signal("CONT", agent);
    }
  }
}
