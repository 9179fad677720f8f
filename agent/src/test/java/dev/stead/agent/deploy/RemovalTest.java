package dev.stead.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.stead.sdk.Answers.AppStatus;
import dev.stead.sdk.Code;
import dev.stead.sdk.ProblemException;
import dev.stead.store.Change;
import dev.stead.store.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Apps that somebody does not want any more.
final class RemovalTest {
  private static final Sample CV = Sample.of("cv").hosts("cv.example").volume("notes", "notes");

  private World world;
  private String bundle;

  @BeforeEach
  void open() throws Exception {
    world = new World();
    bundle = world.upload(Sample.server("one"));
    deploy("cv", CV);
    world.end("cv", world.apps.changeEnv("cv", World.set("COLOR", "grey"), "ada@test"));
    Files.writeString(world.home.resolve("volumes/cv/notes/kept"), "text");
  }

  @AfterEach
  void close() throws Exception {
    world.close();
  }

  @Test
  void nothingOfItIsLeftButItsVolumesAndThePastOfItsKeys() throws Exception {
    deploy("other", Sample.of("other").hosts("other.example"));
    stop();
    var access = Files.createDirectories(world.home.resolve("edge/access"));
    for (var log : List.of("cv.log", "cv.log.1", "other.log")) {
      Files.writeString(access.resolve(log), "{}");
    }
    assertThat(world.home.resolve("logs/cv")).isNotEmptyDirectory();

    world.apps.remove("cv", "ada@test");

    assertThat(world.apps.statuses()).extracting(AppStatus::app).containsExactly("other");
    assertThat(world.store.list(Store.PRODUCTION, "apps/cv/")).isEmpty();
    assertThat(world.home.resolve("releases/cv")).satisfies(RemovalTest::hasNoRelease);
    assertThat(world.edge.service("cv")).isEmpty();
    assertThat(world.home.resolve("logs/cv")).doesNotExist();
    assertThat(world.home.resolve("logs/other")).isNotEmptyDirectory();
    assertThat(access).isDirectoryContaining("glob:**/other.log");
    assertThat(access).isDirectoryNotContaining("glob:**/cv.log*");
    assertThat(world.get("other", "/")).isEqualTo("one");
    assertThat(world.home.resolve("volumes/cv/notes/kept")).hasContent("text");
    assertThat(world.store.history(Store.PRODUCTION, "apps/cv/env", 9))
        .extracting(Change::author, Change::message)
        .startsWith(tuple("ada@test", "remove cv"))
        .contains(tuple("ada@test", "env set COLOR"));
    assertThatThrownBy(() -> world.apps.remove("cv", "ada@test")).hasMessageContaining("A-NO-APP");

    world.restartAgent();
    assertThat(world.apps.statuses()).extracting(AppStatus::app).containsExactly("other");
  }

  @Test
  void oneOfTheSameNameFindsTheVolumesAndCountsOn() throws Exception {
    stop();
    world.apps.remove("cv", "ada@test");

    // Its host is free, too.
    deploy("shop", Sample.of("shop").hosts("cv.example"));
    deploy("cv", Sample.of("cv").hosts("www.cv.example").volume("notes", "notes"));

    assertThat(world.live("cv").release()).isEqualTo(3);
    assertThat(world.get("cv", "/env/COLOR")).isEqualTo("(unset)");
    assertThat(world.home.resolve("volumes/cv/notes/kept")).hasContent("text");
  }

  @Test
  void itsVolumesGoWhenTheyAreToAlsoLater() throws Exception {
    stop();
    world.apps.remove("cv", "ada@test");

    world.apps.removeWithVolumes("cv", "ada@test");

    assertThat(world.home.resolve("volumes/cv")).doesNotExist();
    assertThat(world.apps.volumes().volumes()).isEmpty();
    refused(Code.NO_APP, "cv");
  }

  @Test
  void whatRunsIsNotRemoved() throws Exception {
    refused(Code.APP_RUNS, "cv");

    assertThat(world.get("cv", "/")).isEqualTo("one");
    assertThat(world.home.resolve("volumes/cv/notes/kept")).exists();
    refused(Code.NO_ENVIRONMENT, "staging.cv");
    refused(Code.BAD_REQUEST, "../cv");
  }

  /// With its volumes and without.
  private void refused(Code code, String app) {
    assertThat(
            List.of(
                catchThrowableOfType(
                    ProblemException.class, () -> world.apps.remove(app, "ada@test")),
                catchThrowableOfType(
                    ProblemException.class, () -> world.apps.removeWithVolumes(app, "ada@test"))))
        .extracting(refusal -> refusal.problem().code())
        .containsOnly(code.id());
  }

  private static void hasNoRelease(Path releases) {
    if (Files.exists(releases)) {
      assertThat(releases).isEmptyDirectory();
    }
  }

  private void deploy(String app, Sample sample) throws InterruptedException {
    assertThat(world.deploy(sample.config(), bundle).code()).as(app).isEmpty();
  }

  private void stop() throws InterruptedException {
    world.end("cv", world.apps.stop("cv", World.plain(), "ada@test"));
  }
}
