package dev.stead.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stead.sdk.Requests;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Two who want to change one app at the same time, and one who changes their mind.
final class LeaseTest {
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
  void theSecondDeployHearsWhoHoldsTheLeaseOrWaitsForIt() throws Exception {
    var go = world.home.resolve("go");
    var slow = Sample.of("cv").releaseCommand(waitFor(go));
    var bundle = world.upload(Sample.server("one"));
    var first = world.begin(slow.config(), bundle);
    assertThatThrownBy(() -> world.begin(Sample.of("cv").config(), bundle))
        .hasMessageContaining("D-LEASE-HELD")
        .hasMessageContaining("deploy by ada@test is under way since 20");
    assertThat(world.apps.status("cv").operation().orElseThrow().owner()).isEqualTo("ada@test");

    var second =
        world.apps.deploy(
            "cv",
            new Requests.Deploy(
                bundle,
                Sample.of("cv").config(),
                Optional.empty(),
                Optional.of(Duration.ofSeconds(20)),
                Optional.empty()),
            "bob@test");
    Files.createFile(go);
    assertThat(world.end("cv", first).finished().release()).hasValue(1);
    var waited = world.end("cv", second);
    assertThat(waited.text()).startsWith("waiting: deploy by ada@test is under way");
    assertThat(waited.finished().release()).as(waited.text()).hasValue(2);
  }

  @Test
  void waitingEndsWithTheRefusalWhenPatienceIsOver() throws Exception {
    var go = world.home.resolve("go");
    var bundle = world.upload(Sample.server("one"));
    var first = world.begin(Sample.of("cv").releaseCommand(waitFor(go)).config(), bundle);
    var impatient =
        new Requests.Deploy(
            bundle,
            Sample.of("cv").config(),
            Optional.empty(),
            Optional.of(Duration.ofMillis(200)),
            Optional.empty());
    var end = world.end("cv", world.apps.deploy("cv", impatient, "bob@test"));
    assertThat(end.code()).hasValue("D-LEASE-HELD");
    Files.createFile(go);
    world.end("cv", first);
  }

  @Test
  void aCancelBeforeTheSwitchUndoes() throws Exception {
    world.deploy(Sample.of("cv").config(), world.upload(Sample.server("one")));
    var never = Sample.of("cv").process("web", "sleep 60", 1).config();
    var started = world.begin(never, world.upload(Sample.server("two")));
    World.await("the new instance", () -> world.running().size() == 2);
    world.apps.cancel("cv", started.operation());
    var end = world.end("cv", started);
    assertThat(end.code()).hasValue("D-CANCELLED");
    assertThat(world.running()).hasSize(1);
    assertThat(world.get("cv", "/")).isEqualTo("one");
  }

  @Test
  void aCancelledReleaseCommandIsEnded() throws Exception {
    var go = world.home.resolve("go");
    var slow = Sample.of("cv").releaseCommand(waitFor(go)).config();
    var started = world.begin(slow, world.upload(Sample.server("one")));
    World.await("the command", () -> world.operation("cv").stage() == Stage.RELEASE_COMMAND);
    world.apps.cancel("cv", started.operation());
    assertThat(world.end("cv", started).code()).hasValue("D-CANCELLED");
    assertThat(world.apps.status("cv").state()).hasToString("EMPTY");
  }

  @Test
  void aCancelAfterTheSwitchChangesNothing() throws Exception {
    world.deploy(Sample.of("cv").config(), world.upload(Sample.server("one")));
    world.edge.holdDrains();
    var started = world.begin(Sample.of("cv").config(), world.upload(Sample.server("two")));
    World.await("the drain", () -> world.operation("cv").stage() == Stage.DRAINING);
    world.apps.cancel("cv", started.operation());
    world.edge.endDrains();
    var end = world.end("cv", started);
    assertThat(end.code()).isEmpty();
    assertThat(end.finished().release()).hasValue(2);
  }

  static String waitFor(Path file) {
    return "while ! test -e %s; do sleep 0.05; done".formatted(file);
  }
}
