package dev.stead.rig;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.rig.host.Outcome;
import dev.stead.rig.host.Project;
import dev.stead.rig.host.Stead;
import dev.stead.rig.load.Kind;
import dev.stead.rig.load.MixedLoad;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Apps that go wrong, each deployed over one that works: the deploy says what is wrong, and the
/// former release serves every request.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BadAppsTest {
  private final Stead stead = Stead.fresh();

  @BeforeAll
  void deployTheGoodOne() {
    try (var good = Project.copyOf("rig/apps/good")) {
      stead.up(good);
    }
  }

  @AfterAll
  void end() {
    stead.close();
  }

  @Test
  void anAppThatNeverOpensItsPort() throws IOException {
    deployed("never-opens-port").says("D-PORT-NEVER-OPENED", "still loading the catalogue");
  }

  @Test
  void anAppThatOpensAnotherPort() throws IOException {
    var outcome = deployed("opens-other-port").says("D-OTHER-PORT-OPENED");
    var port = outcome.text().replaceAll("(?s).*listening on port (\\d+).*", "$1");
    assertThat(outcome.text()).containsPattern("listens on .*" + port);
  }

  @Test
  void anAppThatCrashesWhileItSettles() throws IOException {
    deployed("crashes-after-3s").says("D-CRASHED", "code 3", "fatal: the queue is gone");
  }

  @Test
  void anAppThatIsNotHealthy() throws IOException {
    deployed("health-500").says("D-HEALTH-FAILED", "500", "the database is away");
  }

  @Test
  void anAppThatTakesMoreMemoryThanItMay() throws IOException {
    deployed("eats-memory").says("D-OUT-OF-MEMORY", "limit 64 MiB", "peak", "ready, and hungry");
  }

  @Test
  void anAppWhoseReleaseCommandFails() throws IOException {
    deployed("fails-release-command")
        .says("D-RELEASE-COMMAND-FAILED", "migrating 3 tables", "migration 007 failed");
  }

  @Test
  void anAppThatDoesNotHearSigtermIsKilled() throws IOException {
    try (var other = Stead.fresh();
        var deaf = Project.copyOf("rig/apps/ignores-sigterm");
        var good = Project.copyOf("rig/apps/good")) {
      other.up(deaf);
      try (var load = MixedLoad.requests(other.edge(), "sample", "/")) {
        other.deploy(good);
        assertThat(load.stop().failures()).isEmpty();
      }
      assertThat(other.get("sample", "/").body()).contains("release 2");
      assertThat(other.processes()).noneMatch(p -> p.command().contains("releases/sample/v1"));
    }
  }

  private Outcome deployed(String app) throws IOException {
    try (var bad = Project.copyOf("rig/apps/" + app);
        var load = MixedLoad.requests(stead.edge(), "sample", "/")) {
      var outcome = stead.run(bad, "deploy").failed();
      var report = load.stop();
      assertThat(report.failures()).isEmpty();
      assertThat(report.of(Kind.GET).done()).isPositive();
      assertThat(stead.get("sample", "/").body()).contains("first edition, release 1");
      assertThat(stead.client().app("sample").instances()).hasSize(1);
      return outcome.says("v1");
    }
  }
}
