package dev.stead.agent.deploy;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stead.sdk.Event;
import dev.stead.sdk.Requests;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
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
  void whoSeesAnOperationCanFollowItFromItsBeginToItsEnd() throws Exception {
    var bundle = world.upload(Sample.server("one"));
    var failing = Sample.of("cv").releaseCommand("exit 7").config();
    world.deploy(failing, bundle);
    for (var round = 0; round < 20; round++) {
      var seen = new FutureTask<>(() -> followWhatIsUnderWay("cv"));
      Thread.ofPlatform().start(seen);
      var end = world.end("cv", world.begin(failing, bundle));
      assertThat(seen.get(20, SECONDS)).as("round %d", round).isEqualTo(end.events());
    }
  }

  private List<Event> followWhatIsUnderWay(String app) throws InterruptedException {
    var operation = world.apps.status(app).operation();
    while (operation.isEmpty()) {
      operation = world.apps.status(app).operation();
    }
    var events = new ArrayList<Event>();
    world.apps.events(app, operation.orElseThrow().id(), 0, events::add);
    return events;
  }

  @Test
  void anOperationThatIsRefusedLeavesNoLog() throws Exception {
    var bundle = world.upload(Sample.server("one"));
    world.deploy(Sample.of("cv").config(), bundle);
    assertThatThrownBy(() -> world.apps.rollback("cv", World.rollback(), "ada@test"))
        .hasMessageContaining("cv");
    try (var logs = Files.list(world.home.resolve("operations"))) {
      assertThat(logs).hasSize(1);
    }
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
