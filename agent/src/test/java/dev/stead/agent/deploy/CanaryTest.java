package dev.stead.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stead.edge.control.Service;
import dev.stead.sdk.Answers;
import dev.stead.sdk.AppConfig;
import dev.stead.sdk.Requests;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A release that runs beside the live one for some of the visitors.
final class CanaryTest {
  private static final Sample APP =
      Sample.of("cv").process("web", Sample.WEB, 4).process("worker", "sleep 60", 1);

  private World world;

  @BeforeEach
  void open() throws Exception {
    world = new World();
    world.deploy(APP.config(), world.upload(Sample.server("one")));
  }

  @AfterEach
  void close() throws Exception {
    world.close();
  }

  @Test
  void itGetsAShareThenMoreThenAllOfIt() throws Exception {
    var begun = canary(APP.config(), "two", 10);
    assertThat(begun.text()).contains("giving cv v2 to 10 % of the visitors", "done");
    assertThat(begun.finished().release()).as("v1 is what is live").contains(1);
    assertThat(service().release()).isEqualTo(1);
    assertThat(service().targets()).hasSize(4);
    assertThat(told().release()).isEqualTo(2);
    assertThat(told().percent()).isEqualTo(10);
    assertThat(told().targets()).hasSize(1);
    assertThat(of(2)).as("only web").singleElement().asString().contains("web");
    assertThat(world.apps.status("cv").canary()).contains(new Answers.CanaryStatus(2, 10));
    assertThat(world.apps.status("cv").instances()).hasSize(6);
    assertThat(world.apps.findings().toString()).contains("v2 is a canary for 10 %");

    var more = new Requests.Canary(50, Optional.empty());
    world.end("cv", world.apps.canary("cv", more, "ada@test"));
    assertThat(told().percent()).isEqualTo(50);
    assertThat(told().targets()).hasSize(2);
    var kept = of(2);

    var end = world.end("cv", world.apps.promoteCanary("cv", World.plain(), "ada@test"));
    assertThat(end.finished().release()).as(end.text()).contains(2);
    assertThat(service().release()).isEqualTo(2);
    assertThat(service().targets()).hasSize(4);
    assertThat(service().canary()).isEmpty();
    assertThat(world.get("cv", "/")).isEqualTo("two");
    assertThat(of(1)).isEmpty();
    assertThat(of(2)).hasSize(5).containsAll(kept);
    assertThat(world.live("cv").previous()).contains(1);
    assertThat(world.history("cv").changes())
        .extracting(Answers.Change::message)
        .contains("canary v2: promote", "canary v2: 50 %", "deploy v2");
  }

  @Test
  void abortedItLeavesWhatWasLiveUntouched() throws Exception {
    var before = world.running();
    canary(APP.config(), "two", 50);
    var end = world.end("cv", world.apps.abortCanary("cv", World.plain(), "ada@test"));
    assertThat(end.text()).contains("giving v1 to all visitors again", "done");
    assertThat(service().canary()).isEmpty();
    assertThat(world.running()).isEqualTo(before);
    assertThat(world.apps.releases("cv").releases().getFirst().outcome()).contains("canary ended");
    assertThatThrownBy(() -> world.apps.promoteCanary("cv", World.plain(), "ada@test"))
        .hasMessageContaining("there is none");
    assertThatThrownBy(() -> world.apps.rollback("cv", World.rollback(), "ada@test"))
        .as("the canary was never live")
        .hasMessageContaining("nothing before v1 was ever live");
  }

  @Test
  void aCanaryThatDoesNotComeUpChangesNothing() throws Exception {
    var before = world.running();
    var end = canary(APP.process("web", "exit 1", 4).config(), "two", 10);
    assertThat(end.code()).contains("D-CRASHED");
    assertThat(service().canary()).isEmpty();
    assertThat(world.running()).isEqualTo(before);
    assertThat(world.live("cv").canary()).isEmpty();
  }

  @Test
  void aCanaryWhoseInstancesKeepEndingIsEnded() throws Exception {
    var dying = APP.process("web", "{ sleep 1; kill $$; } & " + Sample.WEB, 4);
    canary(dying.config(), "two", 10);
    World.await("the end of the canary", () -> world.live("cv").canary().isEmpty());
    World.await("its last event", () -> world.apps.status("cv").operation().isEmpty());
    assertThat(service().canary()).isEmpty();
    assertThat(of(2)).isEmpty();
    assertThat(world.history("cv").changes().getFirst().message())
        .startsWith("canary v2: abort, since web.1 keeps ending: ");
  }

  @Test
  void scaleAndRestartKeepItEverythingElseEndsIt() throws Exception {
    canary(APP.config(), "two", 50);
    var kept = of(2);
    world.end("cv", world.apps.scale("cv", World.scale("web", 2), "ada@test"));
    world.end("cv", world.apps.restart("cv", World.plain(), "ada@test"));
    assertThat(told().percent()).isEqualTo(50);
    assertThat(service().targets()).hasSize(2);
    assertThat(of(2)).isEqualTo(kept);

    var next = canary(APP.config(), "three", 25);
    assertThat(next.text()).contains("the canary v2 ends with it", "done");
    assertThat(told().release()).isEqualTo(3);
    assertThat(of(2)).isEmpty();
    var deploy = world.deploy(APP.config(), world.upload(Sample.server("four")));
    assertThat(deploy.text()).contains("the canary v3 ends with it", "done");
    assertThat(service().canary()).isEmpty();
    assertThat(of(3)).isEmpty();

    canary(APP.config(), "five", 25);
    world.end("cv", world.apps.rollback("cv", World.rollback(), "ada@test"));
    assertThat(service().release()).isEqualTo(1);
    assertThat(service().canary()).isEmpty();

    canary(APP.config(), "six", 25);
    world.end("cv", world.apps.stop("cv", World.plain(), "ada@test"));
    assertThat(world.running()).isEmpty();
    assertThat(service().canary()).isEmpty();
    assertThatThrownBy(() -> canary(APP.config(), "seven", 25))
        .hasMessageContaining("nothing runs that it could be tried beside");
  }

  @Test
  void itSurvivesTheAgentAndIsStartedAgainWithIt() throws Exception {
    canary(APP.config(), "two", 25);
    world.restartAgent();
    World.await("a table of the new agent", () -> service().canary().isPresent());
    assertThat(world.running()).hasSize(6);
    var processes =
        world.apps.status("cv").instances().stream()
            .flatMap(each -> ProcessHandle.of(each.pid().orElseThrow()).stream())
            .toList();
    world.dropAgent();
    processes.forEach(ProcessHandle::destroyForcibly);
    world.startAgent();
    World.await("all instances again", () -> world.running().size() == 6);
    assertThat(told().release()).isEqualTo(2);
    world.end("cv", world.apps.promoteCanary("cv", World.plain(), "ada@test"));
    assertThat(world.get("cv", "/")).isEqualTo("two");
  }

  @Test
  void whatCannotRunTwiceHasNoCanary() throws Exception {
    var app = APP.volume("data", "data");
    assertThatThrownBy(() -> canary(app.config(), "two", 10))
        .hasMessageContaining("volume data has one writer");
    assertThatThrownBy(() -> canary(APP.config(), "two", 101))
        .hasMessageContaining("from 0 to 100 percent");
    assertThatThrownBy(() -> canary(Sample.of("new").config(), "two", 10))
        .hasMessageContaining("nothing runs");
  }

  private World.End canary(AppConfig config, String text, int percent) throws Exception {
    var request =
        new Requests.Deploy(
            world.upload(Sample.server(text)),
            config,
            Optional.empty(),
            Optional.empty(),
            Optional.of(percent));
    return world.end(config.app(), world.apps.deploy(config.app(), request, "ada@test"));
  }

  private Service service() {
    return world.edge.service("cv").orElseThrow();
  }

  private Service.Canary told() {
    return service().canary().orElseThrow();
  }

  /// The instances of a release.
  private List<String> of(int release) {
    var all = new ArrayList<>(world.running());
    all.removeIf(id -> !id.startsWith("cv-v%d-".formatted(release)));
    return all;
  }
}
