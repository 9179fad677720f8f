package dev.stead.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.edge.control.Service.Mode;
import dev.stead.sdk.Event;
import dev.stead.sdk.RolloutConfig.Strategy;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The agent ends in the middle of a rollout, at each of its stages, and another one begins.
final class RecoveryTest {
  private World world;

  @BeforeEach
  void open() throws Exception {
    world = new World();
    var end = world.deploy(Sample.of("cv").config(), world.upload(Sample.server("one")));
    assertThat(end.code()).as(end.text()).isEmpty();
  }

  @AfterEach
  void close() throws Exception {
    world.close();
  }

  @Test
  void instancesServeOnThroughAnAgentThatComesAndGoes() throws Exception {
    var before = world.running();
    world.restartAgent();
    assertThat(world.running()).isEqualTo(before);
    assertThat(world.get("cv", "/")).isEqualTo("one");
    var end = world.deploy(Sample.of("cv").config(), world.upload(Sample.server("two")));
    assertThat(end.finished().release()).as(end.text()).hasValue(2);
    assertThat(world.running()).hasSize(1);
  }

  @Test
  void duringTheInstallStepItIsUndone() throws Exception {
    var slow = Sample.of("cv").install("sleep 60");
    undone(endAt(slow, Stage.INSTALLING));
  }

  @Test
  void duringTheReleaseCommandItIsUndone() throws Exception {
    undone(endAt(Sample.of("cv").releaseCommand("sleep 60"), Stage.RELEASE_COMMAND));
  }

  @Test
  void whileNewInstancesStartItIsUndone() throws Exception {
    undone(endAt(Sample.of("cv").process("web", "sleep 60", 2), Stage.STARTING));
  }

  @Test
  void whileTheySettleItIsUndone() throws Exception {
    undone(endAt(Sample.of("cv").settle(Duration.ofSeconds(30)), Stage.SETTLING));
  }

  @Test
  void whileRequestsAreHeldTheOldOnesAreStartedAgainBeforeTheyGoOn() throws Exception {
    var hold = Sample.of("cv").strategy(Strategy.HOLD).process("web", "sleep 60", 1);
    var operation = endAt(hold, Stage.STARTING);
    assertThat(world.edge.service("cv").orElseThrow().mode()).isEqualTo(Mode.HOLD);
    undone(operation);
    assertThat(world.edge.service("cv").orElseThrow().mode()).isEqualTo(Mode.OPEN);
  }

  @Test
  void whileTheOldOnesDrainItIsFinished() throws Exception {
    world.edge.holdDrains();
    var operation = endAt(Sample.of("cv"), Stage.DRAINING);
    world.startAgent();
    assertThat(world.running()).as("both, while requests are in flight").hasSize(2);
    world.edge.endDrains();
    finished(operation);
  }

  @Test
  void whileTheOldOnesStopItIsFinished() throws Exception {
    var stubborn =
        Sample.of("cv")
            .process("web", "trap '' TERM; python3 -S server.py & while :; do sleep 1; done", 1);
    world.deploy(stubborn.config(), world.upload(Sample.server("stubborn")));
    var operation = endAt(Sample.of("cv"), Stage.STOPPING);
    world.startAgent();
    finished(operation);
  }

  @Test
  void anEndInTheMiddleOfTheUndoingIsUndoneAgain() throws Exception {
    var operation = endAt(Sample.of("cv").process("web", "sleep 60", 2), Stage.STARTING);
    for (var i = 0; i < 3; i++) {
      world.startAgent();
      world.dropAgent();
    }
    undone(operation);
  }

  @Test
  void anOperationThatWaitedForTheLeaseHasALastEventToo() throws Exception {
    var slow = Sample.of("cv").releaseCommand("sleep 60").config();
    var bundle = world.upload(Sample.server("two"));
    world.begin(slow, bundle);
    var waiting =
        world.apps.restart(
            "cv",
            new dev.stead.sdk.Requests.Plain(java.util.Optional.of(Duration.ofMinutes(1))),
            "bob@test");
    world.restartAgent();
    assertThat(events(waiting.operation()).finished().problem().orElseThrow().code())
        .isEqualTo("D-AGENT-RESTARTED");
  }

  @Test
  void instancesThatAreGoneAreStartedAgainElsewhereWhenTheirPortIsTaken() throws Exception {
    var live = world.live("cv").instances().getFirst();
    world.dropAgent();
    world.supervisor =
        dev.stead.agent.supervisor.ProcessSupervisor.open(
            world.home, java.time.InstantSource.system());
    world.supervisor.stop(live.id(), Duration.ZERO);
    world.supervisor.close();
    try (var stranger = new java.net.ServerSocket(live.port().orElseThrow())) {
      world.startAgent();
      var moved = world.live("cv").instances().getFirst();
      assertThat(moved.id()).isEqualTo(live.id());
      assertThat(moved.port()).isNotEqualTo(live.port());
      assertThat(stranger.isBound()).isTrue();
      World.await("it to listen", () -> world.answers(moved.port().orElseThrow()));
      World.await(
          "the table",
          () ->
              world.edge.service("cv").orElseThrow().targets().getFirst().port()
                  == moved.port().orElseThrow());
    }
    assertThat(world.get("cv", "/")).isEqualTo("one");
  }

  @Test
  void instancesThatNobodyKnowsAreEnded() throws Exception {
    var stray =
        new dev.stead.agent.supervisor.InstanceSpec(
            "cv-v9-web-1-abcd",
            "sleep 60",
            world.home,
            new java.util.TreeMap<>(),
            java.util.OptionalInt.empty(),
            java.util.OptionalLong.empty(),
            java.util.OptionalDouble.empty(),
            "TERM",
            java.time.Duration.ZERO,
            new dev.stead.agent.supervisor.Access("cv", java.util.List.of()));
    world.supervisor.start(stray);
    world.restartAgent();
    World.await("its end", () -> world.running().size() == 1);
    assertThat(world.running().getFirst()).startsWith("cv-v1-");
  }

  /// Begins a deploy and ends the agent when it has come to a stage.
  ///
  /// @return the operation
  private String endAt(Sample app, Stage stage) throws Exception {
    var started = world.begin(app.config(), world.upload(Sample.server("two")));
    World.await(stage.toString(), () -> world.operation("cv").stage() == stage);
    world.dropAgent();
    return started.operation();
  }

  /// The old release serves, whole, and the operation says why.
  private void undone(String operation) throws Exception {
    world.startAgent();
    var end = events(operation);
    assertThat(end.code()).as(end.text()).hasValue("D-AGENT-RESTARTED");
    assertThat(world.get("cv", "/")).isEqualTo("one");
    assertThat(world.running()).hasSize(1).allMatch(id -> id.startsWith("cv-v1-"));
    assertThat(world.supervisor.instances()).hasSize(1);
    assertThat(Files.exists(world.bundles.directory("cv", 2))).isFalse();
    assertThat(world.edge.service("cv").orElseThrow().release()).isEqualTo(1);
    var again = world.deploy(Sample.of("cv").config(), world.upload(Sample.server("three")));
    assertThat(again.finished().release()).as(again.text()).hasValue(3);
  }

  /// The new release serves, whole, and the operation ended well.
  private void finished(String operation) throws Exception {
    var end = events(operation);
    assertThat(end.code()).as(end.text()).isEmpty();
    assertThat(world.get("cv", "/")).isEqualTo("two");
    assertThat(world.running()).hasSize(1);
    assertThat(world.supervisor.instances()).hasSize(1);
  }

  private World.End events(String operation) throws InterruptedException {
    var events = new ArrayList<Event>();
    world.apps.events("cv", operation, 0, events::add);
    return new World.End(operation, events);
  }
}
