package dev.stead.rig;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.rig.host.Deploy;
import dev.stead.rig.host.Project;
import dev.stead.rig.host.Stead;
import dev.stead.rig.load.Kind;
import dev.stead.rig.load.MixedLoad;
import dev.stead.rig.load.Report;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// An app whose volume allows one writer is swapped while its requests wait.
final class HoldTest {

  @Test
  void requestsWaitWhileAnAppWithAVolumeIsSwapped() throws IOException {
    try (var project = withVolume();
        var stead = Stead.fresh()) {
      stead.up(project);
      var volume = stead.home().resolve("volumes/load/data/counted");
      Report report;
      try (var load =
          MixedLoad.start(stead.edge(), Duration.ofMillis(500), Duration.ofMinutes(5), 7)) {
        load.awaitFlow();
        for (var i = 0; i < 3; i++) {
          project.write("edition", "of deploy " + i);
          Deploy.of(stead, project, "load").await().succeeded().says("hold", "volume");
        }
        report = load.stop();
      }
      assertThat(report.failures()).isEmpty();
      assertThat(report.of(Kind.GET).done()).isPositive();
      assertThat(LoadApp.miscounted(volume, report)).isEmpty();
    }
  }

  @Test
  void whenTheNewReleaseFailsTheOldOneIsStartedAgain() throws IOException {
    try (var project = withVolume();
        var stead = Stead.fresh()) {
      stead.up(project);
      project.replace("load.py", "asyncio.run(main())", "raise SystemExit(3)");
      stead.run(project, "deploy").failed().says("D-CRASHED", "code 3");
      assertThat(stead.get("load", "/hello").body()).isEqualTo("release 1\n");
    }
  }

  private static Project withVolume() {
    var project = LoadApp.project();
    var config =
        project.read("stead.toml").replaceAll("COUNTED = .*", "COUNTED = \"data/counted\"");
    return project.write(
        "stead.toml",
        config.replace("instances = 2", "instances = 1") + "\n[volumes.data]\npath = \"data\"\n");
  }
}
