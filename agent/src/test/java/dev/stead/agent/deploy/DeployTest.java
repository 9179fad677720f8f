package dev.stead.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stead.sdk.Answers.AppState;
import dev.stead.sdk.AppConfig.SystemConfig;
import dev.stead.sdk.ProblemException;
import dev.stead.sdk.Requests;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class DeployTest {
  private World world;

  @BeforeEach
  void open() throws Exception {
    world = new World();
  }

  @AfterEach
  void close() throws Exception {
    world.close();
  }

  @Test
  void aDeployReplacesWhatWasLive() throws Exception {
    var app = Sample.of("cv");
    var first = world.deploy(app.config(), world.upload(Sample.server("one")));
    assertThat(first.code()).as(first.text()).isEmpty();
    assertThat(first.finished().urls()).containsExactly("http://cv.localhost:8080");
    assertThat(world.get("cv", "/")).isEqualTo("one");
    var old = world.running();

    var second = world.deploy(app.config(), world.upload(Sample.server("two")));
    assertThat(second.code()).as(second.text()).isEmpty();
    assertThat(second.finished().release()).hasValue(2);
    assertThat(world.get("cv", "/")).isEqualTo("two");
    assertThat(world.get("cv", "/env/STEAD_PREVIOUS_RELEASE")).isEqualTo("1");
    assertThat(world.running()).hasSize(1).doesNotContainAnyElementsOf(old);
    var status = world.apps.status("cv");
    assertThat(status.state()).isEqualTo(AppState.LIVE);
    assertThat(status.previous()).hasValue(1);
    assertThat(status.operation()).isEmpty();
  }

  @Test
  void eventsCanBeReadAgainFromAnywhereAndByTheNextAgent() throws Exception {
    var end = world.deploy(Sample.of("cv").config(), world.upload(Sample.server("one")));
    world.restartAgent();
    var again = new java.util.ArrayList<dev.stead.sdk.Event>();
    world.apps.events("cv", end.operation(), 0, again::add);
    assertThat(again).isEqualTo(end.events());
    again.clear();
    world.apps.events("cv", end.operation(), 3, again::add);
    assertThat(again).isEqualTo(end.events().subList(3, end.events().size()));
  }

  @Test
  void aCrashingReleaseLeavesTheOldOneServing() throws Exception {
    goodOne();
    var bad = Sample.of("cv").process("web", "echo no database; exit 3", 1);
    var end = world.deploy(bad.config(), world.upload(Sample.server("two")));
    assertFailed(end, "D-CRASHED", "exited with code 3", "no database");
    assertThat(world.apps.releases("cv").releases().getFirst().outcome())
        .hasValue("failed: D-CRASHED");
    assertThat(Files.exists(world.bundles.directory("cv", 2))).isFalse();
  }

  @Test
  void theHistorySaysWhyADeployWasMade() throws Exception {
    var bundle = world.upload(Sample.server("one"));
    var good =
        new Requests.Deploy(
            bundle, Sample.of("cv").config(), why("the menu"), none(), Optional.empty());
    world.end("cv", world.apps.deploy("cv", good, "ada@test"));
    var crashing = Sample.of("cv").process("web", "exit 3", 1).config();
    var bad = new Requests.Deploy(bundle, crashing, why("more coffee"), none(), Optional.empty());
    world.end("cv", world.apps.deploy("cv", bad, "ada@test"));
    world.end("cv", world.apps.restart("cv", World.plain(), "ada@test"));

    assertThat(world.history("cv").changes())
        .extracting(change -> change.message())
        .containsExactly(
            "restart v1", "deploy v2 failed: D-CRASHED: more coffee", "deploy v1: the menu");
    var endless =
        new Requests.Deploy(bundle, crashing, why("x".repeat(1_001)), none(), Optional.empty());
    assertThatThrownBy(() -> world.apps.deploy("cv", endless, "ada@test"))
        .hasMessageContaining("longer than 1000 characters");
  }

  private static Optional<String> why(String text) {
    return Optional.of(text);
  }

  private static Optional<Duration> none() {
    return Optional.empty();
  }

  @Test
  void aReleaseThatCrashesWhileItSettlesIsUndone() throws Exception {
    goodOne();
    var bad =
        Sample.of("cv")
            .settle(Duration.ofSeconds(5))
            .process("web", "python3 -S server.py & sleep 0.7; kill $!; exit 9", 1);
    assertFailed(
        world.deploy(bad.config(), world.upload(Sample.server("two"))),
        "D-CRASHED",
        "exited with code 9");
  }

  @Test
  void aPortThatIsNeverOpenedIsNamed() throws Exception {
    goodOne();
    var bad = Sample.of("cv").startTimeout(Duration.ofMillis(700)).process("web", "sleep 60", 1);
    assertFailed(
        world.deploy(bad.config(), world.upload(Sample.server("two"))),
        "D-PORT-NEVER-OPENED",
        "nothing listens on $PORT");
  }

  @Test
  void anotherPortThatIsOpenedIsNamed() throws Exception {
    goodOne();
    var bad =
        Sample.of("cv")
            .startTimeout(Duration.ofMillis(1500))
            .process("web", "PORT=20987 exec python3 -S server.py", 1);
    assertFailed(
        world.deploy(bad.config(), world.upload(Sample.server("two"))),
        "D-OTHER-PORT-OPENED",
        "it listens on 20987, not on $PORT");
  }

  @Test
  void theProbesOwnAnswerIsShown() throws Exception {
    goodOne();
    var bad = Sample.of("cv").startTimeout(Duration.ofSeconds(1));
    var program = Sample.SERVER.replace("send_response(200)", "send_response(500)");
    var end =
        world.deploy(
            bad.config(), world.upload(Map.of("server.py", program.replace("%TEXT%", "no disk"))));
    assertFailed(end, "D-HEALTH-FAILED", "GET /up answered 500: no disk", "listening");
  }

  @Test
  void aFailedReleaseCommandStopsTheRolloutBeforeAnythingStarts() throws Exception {
    goodOne();
    var bad = Sample.of("cv").releaseCommand("echo migrating; exit 4");
    var end = world.deploy(bad.config(), world.upload(Sample.server("two")));
    assertFailed(end, "D-RELEASE-COMMAND-FAILED", "exited with code 4", "| migrating");
    assertThat(end.text()).doesNotContain("starting");
  }

  @Test
  void aReleaseCommandThatHangsIsEnded() throws Exception {
    var hanging =
        new dev.stead.sdk.RolloutConfig(
            dev.stead.sdk.RolloutConfig.Strategy.AUTO,
            Duration.ofSeconds(5),
            Duration.ZERO,
            Duration.ofMillis(300));
    var sample = Sample.of("cv").releaseCommand("echo begun; sleep 60");
    var config = sample.config();
    var bad =
        new dev.stead.sdk.AppConfig(
            "cv",
            config.install(),
            config.processes(),
            config.releaseCommand(),
            config.http(),
            hanging,
            config.staticFiles(),
            config.volumes(),
            config.system(),
            config.env(),
            config.environments());
    var end = world.deploy(bad, world.upload(Sample.server("two")));
    assertThat(end.text()).contains("D-RELEASE-COMMAND-FAILED", "had not ended after 300 ms");
  }

  @Test
  void anInstallStepIsTakenOverAsLongAsItsLockFileIsTheSame() throws Exception {
    var app =
        Sample.of("cv").install("echo installing; mkdir -p lib; cat requirements.txt > lib/dep");
    var files = new HashMap<>(Sample.server("one"));
    files.put("requirements.txt", "dep==1");
    assertThat(world.deploy(app.config(), world.upload(files)).text()).contains("| installing");

    files.putAll(Sample.server("two"));
    var second = world.deploy(app.config(), world.upload(files));
    assertThat(second.text()).contains("1 files taken over").doesNotContain("| installing");
    assertThat(world.bundles.directory("cv", 2).resolve("lib/dep")).hasContent("dep==1");

    files.put("requirements.txt", "dep==2");
    var third = world.deploy(app.config(), world.upload(files));
    assertThat(third.text()).contains("| installing");
    assertThat(world.bundles.directory("cv", 3).resolve("lib/dep")).hasContent("dep==2");
  }

  @Test
  void whatTheMachineLacksIsNamed() throws Exception {
    var bundle = world.upload(Sample.server("one"));
    var feature = Sample.of("cv").system(new SystemConfig(List.of(), List.of("warp-drive")));
    assertThat(world.deploy(feature.config(), bundle).text())
        .contains("D-NO-CPU-FEATURE", "it lacks warp-drive");
    var pack = Sample.of("cv").system(new SystemConfig(List.of("no-such-package"), List.of()));
    assertThat(world.deploy(pack.config(), bundle).text())
        .contains("D-NO-PACKAGE", "not installed: no-such-package");
    var memory =
        Sample.of("cv").process("web", Sample.WEB, 1, OptionalLong.of(1L << 50), true).config();
    assertThatThrownBy(() -> world.begin(memory, bundle))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("D-NO-MEMORY")
        .hasMessageContaining("its instances need");
  }

  @Test
  void refusalsNameEveryProblemAtOnceAndLeaveNoRelease() throws Exception {
    var bundle = world.upload(Sample.server("one"));
    var bad = Sample.of("cv").hosts("no host").volume("data", "../out").files("public").config();
    assertThatThrownBy(() -> world.begin(bad, bundle))
        .hasMessageContaining("D-BAD-CONFIG")
        .hasMessageContaining("'no host'")
        .hasMessageContaining("'../out'")
        .hasMessageContaining("'public' has no files");
    assertThatThrownBy(() -> world.begin(Sample.of("cv").config(), "0".repeat(64)))
        .hasMessageContaining("A-NO-BUNDLE");
    assertThatThrownBy(() -> world.apps.status("cv")).hasMessageContaining("A-NO-APP");
    assertThat(world.deploy(Sample.of("cv").config(), bundle).finished().release()).hasValue(1);
  }

  @Test
  void aHostThatAnotherAppServesIsRefused() throws Exception {
    var bundle = world.upload(Sample.server("one"));
    world.deploy(Sample.of("cv").hosts("example.com").config(), bundle);
    assertThatThrownBy(() -> world.begin(Sample.of("shop").hosts("example.com").config(), bundle))
        .hasMessageContaining("D-HOST-TAKEN")
        .hasMessageContaining("cv already serves example.com/");
  }

  @Test
  void aTableThatTheEdgeDeclinesIsTakenBack() throws Exception {
    goodOne();
    world.edge.decline("host x is no host");
    var end = world.deploy(Sample.of("cv").config(), world.upload(Sample.server("two")));
    assertFailed(end, "D-BAD-CONFIG", "declined", "host x is no host");
  }

  @Test
  void anEdgeThatComesBackWithoutItsTableGetsItAgain() throws Exception {
    goodOne();
    world.edge.restart();
    World.await("the table", () -> world.edge.service("cv").isPresent());
    assertThat(world.get("cv", "/")).isEqualTo("one");
  }

  @Test
  void anAppMayBeFilesOnly() throws Exception {
    var app = Sample.of("site").without("web").files("public").config();
    var end = world.deploy(app, world.upload(Map.of("public/index.html", "<h1>hi</h1>")));
    assertThat(end.code()).as(end.text()).isEmpty();
    var service = world.edge.service("site").orElseThrow();
    assertThat(service.targets()).isEmpty();
    assertThat(java.nio.file.Path.of(service.staticDir().orElseThrow()).resolve("index.html"))
        .hasContent("<h1>hi</h1>");
  }

  @Test
  void anAppMayBeWorkersOnly() throws Exception {
    var app = Sample.of("jobs").without("web").process("worker", "sleep 60", 2).config();
    var end = world.deploy(app, world.upload(Map.of("a.txt", "a")));
    assertThat(end.code()).as(end.text()).isEmpty();
    assertThat(end.finished().urls()).isEmpty();
    assertThat(world.running()).hasSize(2);
    assertThat(world.edge.service("jobs")).isEmpty();
  }

  @Test
  void aWorkerThatDoesNotComeUpUndoesTheWholeRelease() throws Exception {
    goodOne();
    var bad =
        Sample.of("cv").settle(Duration.ofSeconds(3)).process("worker", "echo no queue; exit 7", 1);
    var end = world.deploy(bad.config(), world.upload(Sample.server("two")));
    assertFailed(end, "D-CRASHED", "worker.1", "no queue");
  }

  @Test
  void anInstanceThatIgnoresItsSignalIsKilledAndThatIsSaid() throws Exception {
    var stubborn =
        Sample.of("cv")
            .process("web", "trap '' TERM; python3 -S server.py & while :; do sleep 1; done", 1);
    world.deploy(stubborn.config(), world.upload(Sample.server("one")));
    var end = world.deploy(Sample.of("cv").config(), world.upload(Sample.server("two")));
    assertThat(end.text()).contains("did not end within 1 s of SIGTERM and was killed");
    assertThat(world.running()).hasSize(1);
  }

  private void goodOne() throws Exception {
    var end = world.deploy(Sample.of("cv").config(), world.upload(Sample.server("one")));
    assertThat(end.code()).as(end.text()).isEmpty();
  }

  private void assertFailed(World.End end, String... texts) throws Exception {
    assertThat(end.text()).contains(texts);
    assertThat(end.code()).isPresent();
    assertThat(world.live("cv").release()).isEqualTo(1);
    assertThat(world.get("cv", "/")).isEqualTo("one");
    assertThat(world.running()).hasSize(1);
    assertThat(world.edge.service("cv").orElseThrow().release()).isEqualTo(1);
  }
}
