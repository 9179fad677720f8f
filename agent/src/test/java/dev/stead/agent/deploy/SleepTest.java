package dev.stead.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.edge.control.Service;
import dev.stead.edge.control.Service.Mode;
import dev.stead.sdk.Answers;
import dev.stead.sdk.Answers.AppState;
import dev.stead.sdk.Requests;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Apps whose web instances stop for want of requests and start with the next one.
final class SleepTest {
  private static final Duration QUARTER = Duration.ofMinutes(15);
  private static final Sample APP =
      Sample.of("cv").process("web", Sample.WEB, 2).process("worker", "sleep 60", 1);

  private World world;

  @BeforeEach
  void open() throws Exception {
    world = new World();
    var app = APP.sleepAfter(QUARTER).startTimeout(QUARTER);
    world.deploy(app.config(), world.upload(Sample.server("one")));
  }

  @AfterEach
  void close() throws Exception {
    world.close();
  }

  @Test
  void itSleepsOnceNothingHasComeForLongEnoughAndARequestWakesIt() throws Exception {
    world.edge.idle(Optional.of(QUARTER.minusMillis(1)));
    world.restartAgent();
    assertThat(world.apps.status("cv").state()).isEqualTo(AppState.LIVE);

    sleep();
    assertThat(world.running()).singleElement().asString().contains("worker");
    assertThat(service().targets()).isEmpty();
    assertThat(service().limits().holdTimeout()).as("the start timeout").isEqualTo(QUARTER);
    assertThat(world.apps.findings().toString()).contains("v1 is asleep until the next request");
    assertThat(world.live("cv").stopped()).isFalse();

    wake();
    assertThat(world.get("cv", "/")).isEqualTo("one");
    assertThat(world.running()).hasSize(3);
    assertThat(service().limits().holdTimeout()).isEqualTo(Service.Limits.DEFAULTS.holdTimeout());
    assertThat(world.history("cv").changes())
        .extracting(change -> change.author() + ": " + change.message())
        .contains("agent: wake v1", "agent: sleep v1");
  }

  @Test
  void requestsThatCameWhileNoAgentRanWakeItOnce() throws Exception {
    sleep();
    world.dropAgent();
    world.edge.requestsWait("cv");
    world.startAgent();
    World.await("the app", () -> world.apps.status("cv").state() == AppState.LIVE);
    settled();
    world.edge.requestsWait();
    assertThat(world.running()).as("one wake, two instances of web").hasSize(3);
    assertThat(world.history("cv").changes())
        .filteredOn(change -> change.message().equals("wake v1"))
        .hasSize(1);
  }

  @Test
  void whatDoesNotComeUpIsTriedAgainWhileRequestsWait() throws Exception {
    sleep();
    var server = world.bundles.directory("cv", 1).resolve("server.py");
    var away = server.resolveSibling("away.py");
    Files.move(server, away);
    world.edge.requestsWait("cv");
    World.await(
        "a wake that failed",
        () ->
            world.history("cv").changes().stream()
                .map(Answers.Change::message)
                .anyMatch(message -> message.startsWith("wake v1 failed: D-CRASHED")));
    assertThat(service().mode()).isEqualTo(Mode.ASLEEP);
    Files.move(away, server);
    World.await("the app", () -> world.apps.status("cv").state() == AppState.LIVE);
  }

  @Test
  void everyOtherChangeWakesItAndAStopEndsIt() throws Exception {
    sleep();
    var start = world.end("cv", world.apps.start("cv", World.plain(), "ada@test"));
    assertThat(start.text()).contains("done");
    assertThat(world.apps.status("cv").state()).isEqualTo(AppState.LIVE);
    assertThat(world.running()).hasSize(3);

    sleep();
    world.end("cv", world.apps.scale("cv", World.scale("web", 1), "ada@test"));
    assertThat(world.running()).hasSize(2);
    assertThat(world.live("cv").asleep()).isFalse();

    sleep();
    world.end("cv", world.apps.restart("cv", World.plain(), "ada@test"));
    assertThat(world.running()).hasSize(2);

    sleep();
    world.deploy(APP.sleepAfter(QUARTER).config(), world.upload(Sample.server("two")));
    assertThat(world.get("cv", "/")).isEqualTo("two");
    assertThat(service().mode()).isEqualTo(Mode.OPEN);

    sleep();
    world.end("cv", world.apps.stop("cv", World.plain(), "ada@test"));
    assertThat(world.apps.status("cv").state()).isEqualTo(AppState.STOPPED);
    assertThat(service().mode()).as("nobody wakes what was stopped").isEqualTo(Mode.OPEN);
    assertThat(world.running()).isEmpty();
  }

  @Test
  void whatIsPausedOrHasACanaryStaysAwake() throws Exception {
    world.end("cv", world.apps.pause("cv", World.plain(), "ada@test"));
    world.edge.idle(Optional.of(QUARTER));
    var canary =
        new Requests.Deploy(
            world.upload(Sample.server("two")),
            APP.sleepAfter(QUARTER).config(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(10));
    world.end("cv", world.apps.deploy("cv", canary, "ada@test"));
    world.end("cv", world.apps.resume("cv", World.plain(), "ada@test"));
    world.restartAgent();
    assertThat(world.live("cv").asleep()).isFalse();
    world.end("cv", world.apps.abortCanary("cv", World.plain(), "ada@test"));
    World.await("sleep", () -> service().mode() == Mode.ASLEEP);
    settled();
  }

  private void sleep() {
    world.edge.idle(Optional.of(QUARTER));
    World.await("sleep", () -> service().mode() == Mode.ASLEEP);
    settled();
    world.edge.idle(Optional.empty());
    assertThat(world.apps.status("cv").state()).isEqualTo(AppState.ASLEEP);
  }

  private void wake() {
    world.edge.requestsWait("cv");
    World.await("the app", () -> service().mode() == Mode.OPEN);
    world.edge.requestsWait();
    settled();
  }

  private void settled() {
    World.await("the end of it", () -> world.apps.status("cv").operation().isEmpty());
  }

  private Service service() {
    return world.edge.service("cv").orElseThrow();
  }
}
