package dev.stead.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stead.sdk.Answers;
import dev.stead.sdk.Answers.AppState;
import dev.stead.sdk.Requests;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Everything that changes an app but a deploy.
final class ChangeTest {
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
  void variablesAreStoredBeforeTheFirstDeployAndMakeAReleaseAfterIt() throws Exception {
    var early = world.end("cv", world.apps.changeEnv("cv", World.set("COLOR", "red"), "ada@test"));
    assertThat(early.text()).contains("nothing is live yet", "done");
    var bundle = world.upload(Sample.server("one"));
    deploy(Sample.of("cv").env("COLOR", "grey").env("SIZE", "10"), bundle);
    assertThat(world.get("cv", "/env/COLOR")).isEqualTo("red");
    assertThat(world.get("cv", "/env/SIZE")).isEqualTo("10");

    var end = world.end("cv", world.apps.changeEnv("cv", World.set("COLOR", "blue"), "ada@test"));
    assertThat(end.finished().release()).as(end.text()).hasValue(2);
    assertThat(world.get("cv", "/env/COLOR")).isEqualTo("blue");
    assertThat(world.apps.releases("cv").releases().getFirst().reason()).isEqualTo("env set COLOR");

    var unset = new Requests.Variables(Map.of(), Set.of("COLOR"), Optional.empty());
    world.end("cv", world.apps.changeEnv("cv", unset, "ada@test"));
    assertThat(world.get("cv", "/env/COLOR")).isEqualTo("grey");
    assertThatThrownBy(() -> world.apps.changeEnv("cv", World.set("NO SPACE", "x"), "ada@test"))
        .hasMessageContaining("'NO SPACE' is not a variable name");
  }

  @Test
  void secretsReachTheInstancesAndNothingElse() throws Exception {
    world.end("cv", world.apps.changeSecrets("cv", World.set("KEY", "hunter2"), "ada@test"));
    deploy(Sample.of("cv"), world.upload(Sample.server("one")));
    assertThat(world.get("cv", "/env/KEY")).isEqualTo("hunter2");
    assertThat(world.apps.secrets("cv").secrets())
        .singleElement()
        .satisfies(secret -> assertThat(secret.changedBy()).isEqualTo("ada@test"));
    world.dropAgent();
    assertThat(filesWith("hunter2")).isEmpty();
    world.startAgent();
  }

  @Test
  void aRollbackBringsBackCodeConfigAndScaleAndKeepsRotatedSecrets() throws Exception {
    var one = world.upload(Sample.server("one"));
    world.end("cv", world.apps.changeSecrets("cv", World.set("KEY", "old"), "ada@test"));
    deploy(Sample.of("cv").env("MODE", "a").hosts("a.example"), one);
    world.end("cv", world.apps.scale("cv", World.scale("web", 2), "ada@test"));
    deploy(Sample.of("cv").env("MODE", "b"), world.upload(Sample.server("two")));
    assertThat(world.running()).as("the scale is remembered").hasSize(2);
    world.end("cv", world.apps.scale("cv", World.scale("web", 1), "ada@test"));
    world.end("cv", world.apps.changeSecrets("cv", World.set("KEY", "new"), "ada@test"));
    assertThat(world.live("cv").release()).isEqualTo(3);

    var difference = world.apps.rollbackDifference("cv", Optional.of(1), Optional.empty());
    assertThat(difference.lines())
        .anySatisfy(line -> assertThat(line).startsWith("code: 1 files differ: ~server.py"))
        .contains("variable MODE: b → a", "scale web: 1 → 2")
        .anySatisfy(line -> assertThat(line).contains("a.example"))
        .anySatisfy(line -> assertThat(line).contains("secret KEY: rotated since v1"));

    var back = new Requests.Rollback(Optional.of(1), false, Optional.empty());
    var end = world.end("cv", world.apps.rollback("cv", back, "ada@test"));
    assertThat(end.text()).contains("secret KEY was rotated since and keeps its new value", "done");
    assertThat(world.live("cv").release()).isEqualTo(1);
    assertThat(world.get("cv", "/")).isEqualTo("one");
    assertThat(world.get("cv", "/env/MODE")).isEqualTo("a");
    assertThat(world.get("cv", "/env/KEY")).isEqualTo("new");
    assertThat(world.running()).hasSize(2);
    assertThat(world.edge.service("cv").orElseThrow().hosts()).contains("a.example");

    deploy(Sample.of("cv"), one);
    var former = new Requests.Rollback(Optional.of(1), true, Optional.empty());
    world.end("cv", world.apps.rollback("cv", former, "ada@test"));
    assertThat(world.get("cv", "/env/KEY")).isEqualTo("old");
  }

  @Test
  void whatWasLiveAtAMomentIsFoundAgain() throws Exception {
    var before = Instant.now();
    deploy(Sample.of("cv"), world.upload(Sample.server("one")));
    var then = Instant.now();
    deploy(Sample.of("cv"), world.upload(Sample.server("two")));

    assertThat(back(then).to()).isEqualTo(1);
    assertThatThrownBy(() -> back(Instant.now()))
        .hasMessageContaining("going back to v2 of cv")
        .hasMessageContaining("it is live already");
    assertThatThrownBy(() -> back(before))
        .hasMessageContaining("D-NO-RELEASE")
        .hasMessageContaining("nothing of it was live at " + before);
    world.bundles.remove("cv", 1);
    assertThatThrownBy(() -> back(then))
        .hasMessageContaining("D-NO-RELEASE")
        .hasMessageContaining("the files of v1 are no longer kept");
  }

  private Answers.Difference back(Instant then) {
    return world.apps.rollbackDifference("cv", Optional.empty(), Optional.of(then));
  }

  @Test
  void twoReleasesAreComparedByFileConfigRouteVariableSecretAndScale() throws Exception {
    deploy(Sample.of("cv").env("MODE", "a"), world.upload(Sample.server("one")));
    world.end("cv", world.apps.changeSecrets("cv", World.set("KEY", "hidden"), "ada@test"));
    var files = new HashMap<>(Sample.server("two"));
    files.put("menu.txt", "coffee");
    deploy(
        Sample.of("cv").env("MODE", "b").hosts("b.example").process("worker", "sleep 60", 2),
        world.upload(files));

    assertThat(world.apps.difference("cv", 1, 3).lines())
        .contains(
            "code: 2 files differ: +menu.txt, ~server.py",
            "routes: cv.localhost / → cv.localhost, b.example /",
            "variable MODE: a → b",
            "secret KEY: v1 does not have it",
            "scale worker: (none) → 2")
        .noneMatch(line -> line.contains("hidden"));
    assertThat(world.apps.difference("cv", 2, 2).lines()).isEmpty();
    assertThatThrownBy(() -> world.apps.difference("cv", 1, 9))
        .hasMessageContaining("there is no v9");
  }

  @Test
  void theHistoryTellsOfWhatFailedAndOfWhatIsNoOperation() throws Exception {
    deploy(Sample.of("cv"), world.upload(Sample.server("one")));
    var since = Instant.now();
    world.apps.note("cv", "run ./manage.py shell", "ada@test");
    var program = world.home.resolve("releases/cv/v1/server.py");
    Files.delete(program);
    Files.writeString(program, "raise SystemExit(3)");
    world.end("cv", world.apps.restart("cv", World.plain(), "ada@test"));

    assertThat(world.apps.history("cv", since).changes())
        .extracting(change -> change.message())
        .containsExactly("restart v1 failed: D-CRASHED", "run ./manage.py shell");
  }

  @Test
  void aRollbackWithoutANumberGoesToTheLastOneThatWasLive() throws Exception {
    deploy(Sample.of("cv"), world.upload(Sample.server("one")));
    var bad = Sample.of("cv").process("web", "exit 1", 1).config();
    world.deploy(bad, world.upload(Sample.server("bad")));
    deploy(Sample.of("cv"), world.upload(Sample.server("three")));
    world.end("cv", world.apps.rollback("cv", World.rollback(), "ada@test"));
    assertThat(world.live("cv").release()).isEqualTo(1);
    assertThatThrownBy(() -> world.apps.rollback("cv", World.rollback(), "ada@test"))
        .hasMessageContaining("D-NO-RELEASE")
        .hasMessageContaining("nothing before v1");
  }

  @Test
  void scalingTouchesOnlyTheDifference() throws Exception {
    deploy(Sample.of("cv").process("worker", "sleep 60", 1), world.upload(Sample.server("one")));
    var before = world.running();
    world.end("cv", world.apps.scale("cv", World.scale("web", 3), "ada@test"));
    assertThat(world.running()).hasSize(4).containsAll(before);
    assertThat(world.edge.service("cv").orElseThrow().targets()).hasSize(3);
    world.end("cv", world.apps.scale("cv", World.scale("web", 1), "ada@test"));
    assertThat(world.running()).isEqualTo(before);
    world.end("cv", world.apps.scale("cv", World.scale("web", 0), "ada@test"));
    assertThat(world.edge.service("cv").orElseThrow().targets()).isEmpty();
    assertThatThrownBy(() -> world.apps.scale("cv", World.scale("wub", 1), "ada@test"))
        .hasMessageContaining("there is no process type 'wub'; there is web, worker");
  }

  @Test
  void aStoppedAppStaysStoppedUntilItIsStarted() throws Exception {
    deploy(Sample.of("cv"), world.upload(Sample.server("one")));
    world.end("cv", world.apps.stop("cv", World.plain(), "ada@test"));
    assertThat(world.running()).isEmpty();
    world.restartAgent();
    assertThat(world.running()).isEmpty();
    assertThat(world.apps.status("cv").state()).isEqualTo(AppState.STOPPED);
    assertThat(world.edge.service("cv").orElseThrow().targets()).isEmpty();
    world.end("cv", world.apps.start("cv", World.plain(), "ada@test"));
    assertThat(world.get("cv", "/")).isEqualTo("one");
    assertThat(world.history("cv").changes())
        .extracting(change -> change.message())
        .startsWith("start v1", "stop v1");
  }

  @Test
  void aRestartReplacesEveryInstance() throws Exception {
    deploy(Sample.of("cv"), world.upload(Sample.server("one")));
    var before = world.running();
    world.end("cv", world.apps.restart("cv", World.plain(), "ada@test"));
    assertThat(world.running()).hasSize(1).doesNotContainAnyElementsOf(before);
    assertThat(world.live("cv").release()).isEqualTo(1);
  }

  @Test
  void aOneOffCommandRunsAsTheLiveReleaseDoes() throws Exception {
    deploy(Sample.of("cv").env("MODE", "a"), world.upload(Sample.server("one")));
    var spec =
        world.apps.taskFor(
            "cv", new Requests.Run(List.of("sh", "-c", "ls; echo $MODE"), Optional.empty()));
    try (var task = world.supervisor.run(spec)) {
      assertThat(new String(task.output().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
          .contains("server.py", "a\n");
    }
  }

  @Test
  void whatIsLiveAndWhatWasLiveBeforeOutliveEveryPruning() throws Exception {
    world.dropAgent();
    world.budget = new Pruning.Budget(1, 2, Long.MAX_VALUE);
    world.startAgent();
    for (var text : List.of("one", "two", "three", "four")) {
      deploy(Sample.of("cv"), world.upload(Sample.server(text)));
    }
    assertThat(kept()).containsExactly(4, 3);
    var back = new Requests.Rollback(Optional.of(3), false, Optional.empty());
    world.end("cv", world.apps.rollback("cv", back, "ada@test"));
    deploy(Sample.of("cv"), world.upload(Sample.server("five")));
    assertThat(kept()).containsExactly(5, 3);
    assertThatThrownBy(
            () ->
                world.apps.rollback(
                    "cv", new Requests.Rollback(Optional.of(1), false, Optional.empty()), "a"))
        .hasMessageContaining("the files of v1 are no longer kept");
  }

  private List<Integer> kept() {
    return world.apps.releases("cv").releases().stream()
        .filter(release -> release.kept())
        .map(release -> release.number())
        .toList();
  }

  private List<String> filesWith(String text) throws IOException {
    try (var all = Files.walk(world.home)) {
      return all.filter(Files::isRegularFile)
          .filter(
              file -> {
                try {
                  var bytes = Files.readAllBytes(file);
                  return new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1)
                      .contains(text);
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              })
          .map(file -> world.home.relativize(file).toString())
          .toList();
    }
  }

  private void deploy(Sample app, String bundle) throws Exception {
    var end = world.deploy(app.config(), bundle);
    assertThat(end.code()).as(end.text()).isEmpty();
  }
}
