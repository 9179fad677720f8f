package dev.stead.rig;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.rig.host.Deploy;
import dev.stead.rig.host.Eventually;
import dev.stead.rig.host.Project;
import dev.stead.rig.host.Stead;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// One operation on an app at a time.
final class LeaseTest {
  private static final int BUSY = 4;

  @Test
  void aSecondDeployIsToldWhoHoldsTheLeaseAndSinceWhen() throws IOException {
    try (var project = Project.copyOf("rig/apps/greeter");
        var stead = Stead.fresh()) {
      stead.up(project);
      project.replace("stead.toml", "settle = \"300ms\"", "settle = \"3s\"");
      var first = Deploy.of(stead, project, "greeter");
      var holder = stead.client().app("greeter").operation().orElseThrow();

      var refused = stead.run(project, "deploy").failed();
      assertThat(refused.exit()).isEqualTo(BUSY);
      refused.says("D-LEASE-HELD", "deploy", holder.owner(), "since", "--wait");

      var waiting = stead.run(project, "deploy", "--wait").succeeded();
      waiting.says("v3");
      first.await().succeeded().says("v2");
      assertThat(stead.get("greeter", "/").body()).contains("release 3");
    }
  }

  @Test
  void theLeaseOfAKilledOwnerEndsByItself() throws IOException {
    try (var project = Project.copyOf("rig/apps/greeter");
        var stead = Stead.fresh()) {
      stead.up(project);
      project.replace("stead.toml", "settle = \"300ms\"", "settle = \"5s\"");
      var doomed = Deploy.of(stead, project, "greeter");
      stead.killAgent();
      project.replace("stead.toml", "settle = \"5s\"", "settle = \"300ms\"");
      Eventually.succeeds(
          "another deploy to be let in",
          Duration.ofSeconds(30),
          () -> stead.run(project, "deploy").exit() == 0);
      doomed.await().failed().says("D-AGENT-RESTARTED");
    }
  }
}
