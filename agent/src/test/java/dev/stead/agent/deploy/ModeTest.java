package dev.stead.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stead.edge.control.Service;
import dev.stead.sdk.Answers;
import dev.stead.sdk.AppMode;
import dev.stead.sdk.Requests;
import dev.stead.sdk.RolloutConfig.Strategy;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Pause, resume and maintenance.
final class ModeTest {
  private World world;

  @BeforeEach
  void open() throws Exception {
    world = new World();
    world.deploy(Sample.of("cv").config(), world.upload(Sample.server("one")));
  }

  @AfterEach
  void close() throws Exception {
    world.close();
  }

  @Test
  void aPausedAppKeepsItsInstancesAndIsHeldUntilItIsResumed() throws Exception {
    pause();
    assertThat(mode()).isEqualTo(Service.Mode.HOLD);
    assertThat(world.edge.service("cv").orElseThrow().targets()).hasSize(1);
    assertThat(world.running()).hasSize(1);
    assertThat(world.apps.status("cv").mode()).isEqualTo(AppMode.PAUSED);
    assertThat(world.apps.findings().toString()).contains("stead resume --app cv");

    var again = world.end("cv", world.apps.pause("cv", World.plain(), "ada@test"));
    assertThat(again.text()).contains("cv is paused already", "done");
    var off = world.end("cv", maintenance(false));
    assertThat(off.text()).contains("stays so until it is resumed");
    assertThat(mode()).isEqualTo(Service.Mode.HOLD);

    world.end("cv", world.apps.resume("cv", World.plain(), "grace@test"));
    assertThat(mode()).isEqualTo(Service.Mode.OPEN);
    assertThat(world.history("cv").changes())
        .extracting(change -> change.author() + ": " + change.message())
        .startsWith("grace@test: resume", "ada@test: pause");
  }

  @Test
  void nothingButAResumeEndsAPause() throws Exception {
    pause();
    world.restartAgent();
    World.await("a table of the new agent", () -> mode() == Service.Mode.HOLD);
    var held = Sample.of("cv").strategy(Strategy.HOLD);
    var second = world.deploy(held.config(), world.upload(Sample.server("two")));
    assertThat(second.text()).contains("cv is paused, and stays so", "holding requests", "done");
    assertThat(mode()).isEqualTo(Service.Mode.HOLD);
    var bad = held.process("web", "exit 1", 1).config();
    assertThat(world.deploy(bad, world.upload(Sample.server("three"))).code())
        .contains("D-CRASHED");
    world.end("cv", world.apps.rollback("cv", World.rollback(), "ada@test"));
    world.end("cv", world.apps.stop("cv", World.plain(), "ada@test"));
    world.end("cv", world.apps.start("cv", World.plain(), "ada@test"));
    assertThat(mode()).isEqualTo(Service.Mode.HOLD);
    var modes = services().map(Service::mode).toList();
    assertThat(modes.subList(modes.indexOf(Service.Mode.HOLD), modes.size()))
        .as("after the pause")
        .containsOnly(Service.Mode.HOLD);
  }

  @Test
  void maintenanceShowsItsPageEvenWhileARolloutHolds() throws Exception {
    world.end("cv", maintenance(true));
    assertThat(mode()).isEqualTo(Service.Mode.MAINTENANCE);
    var held = Sample.of("cv").strategy(Strategy.HOLD);
    world.deploy(held.config(), world.upload(Sample.server("two")));
    assertThat(mode()).isEqualTo(Service.Mode.MAINTENANCE);
    assertThat(services()).noneMatch(service -> service.mode() == Service.Mode.HOLD);
    world.end("cv", maintenance(false));
    assertThat(mode()).isEqualTo(Service.Mode.OPEN);
  }

  @Test
  void whatTheEdgeDeclinesIsTakenBack() throws Exception {
    world.edge.decline("no");
    var end = world.end("cv", world.apps.pause("cv", World.plain(), "ada@test"));
    assertThat(end.code()).contains("D-BAD-CONFIG");
    assertThat(world.apps.status("cv").mode()).isEqualTo(AppMode.OPEN);
  }

  @Test
  void anEnvironmentIsPausedByItselfAndAForkIsOpen() throws Exception {
    pause();
    world.apps.fork(new Requests.Fork("production", "staging", false), "ada@test");
    assertThat(world.apps.status("staging.cv").mode()).isEqualTo(AppMode.OPEN);
    world.end("staging.cv", world.apps.pause("staging.cv", World.plain(), "ada@test"));
    world.end("cv", world.apps.resume("cv", World.plain(), "ada@test"));
    assertThat(world.apps.status("cv").mode()).isEqualTo(AppMode.OPEN);
    assertThat(world.apps.status("staging.cv").mode()).isEqualTo(AppMode.PAUSED);
    assertThatThrownBy(() -> world.apps.pause("other", World.plain(), "ada@test"))
        .hasMessageContaining("nothing of it is live");
  }

  private void pause() throws InterruptedException {
    var end = world.end("cv", world.apps.pause("cv", World.plain(), "ada@test"));
    assertThat(end.text()).contains("done");
  }

  private Answers.Started maintenance(boolean on) {
    return world.apps.maintenance("cv", new Requests.Maintenance(on, Optional.empty()), "ada@test");
  }

  /// The app in every table so far.
  private Stream<Service> services() {
    return world.edge.tables().stream().flatMap(table -> table.services().stream());
  }

  private Service.Mode mode() {
    return world.edge.service("cv").orElseThrow().mode();
  }
}
