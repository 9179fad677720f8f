package dev.stead.rig;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.rig.host.Eventually;
import dev.stead.rig.host.Processes;
import dev.stead.rig.host.Stead;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Agent and edge are killed with SIGKILL.
final class CrashTest {
  private static final int KILLS = 20;
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
