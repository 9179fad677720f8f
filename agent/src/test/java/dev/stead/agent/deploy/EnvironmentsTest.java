package dev.stead.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stead.sdk.Answers;
import dev.stead.sdk.Answers.AppState;
import dev.stead.sdk.Requests;
import dev.stead.store.Commit;
import dev.stead.store.Fork;
import dev.stead.store.Scope;
import dev.stead.store.Store;
import dev.stead.store.Value;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Apps in environments beside `production`.
final class EnvironmentsTest {
  private World world;
  private String one;
  private String two;

  @BeforeEach
  void open() throws Exception {
    world = new World();
    one = world.upload(Sample.server("one"));
    two = world.upload(Sample.server("two"));
  }

  @AfterEach
  void close() throws Exception {
    world.close();
  }

  @Test
  void aForkHasTheConfigAndNothingRunsInItUntilItIsStarted() throws Exception {
    deploy("cv", Sample.of("cv").hosts("cv.example", "*.cv.example").env("MODE", "a"), one);
    world.end("cv", world.apps.changeEnv("cv", World.set("COLOR", "grey"), "ada@test"));
    world.end("cv", world.apps.scale("cv", World.scale("web", 2), "ada@test"));
    var production = world.running();

    var made = fork("production", "staging");

    assertThat(made.parent()).contains("production");
    assertThat(made.apps()).containsExactly("staging.cv");
    assertThat(made.running()).isEmpty();
    assertThat(world.running()).isEqualTo(production);
    assertThat(world.apps.status("staging.cv").state()).isEqualTo(AppState.STOPPED);
    assertThat(world.apps.env("staging.cv").variables()).containsEntry("COLOR", "grey");
    assertThatThrownBy(() -> world.apps.scale("staging.cv", World.scale("web", 1), "ada@test"))
        .hasMessageContaining("came with the fork and was never started here");

    var set = world.apps.changeEnv("staging.cv", World.set("SIZE", "10"), "ada@test");
    assertThat(world.end("staging.cv", set).text()).contains("stored; nothing is live yet");

    world.end("staging.cv", world.apps.start("staging.cv", World.plain(), "ada@test"));

    assertThat(world.get("staging.cv", "/env/SIZE")).isEqualTo("10");
    assertThat(world.apps.status("staging.cv").release()).contains(3);
    assertThat(world.get("staging.cv", "/")).isEqualTo("one");
    assertThat(world.get("staging.cv", "/env/STEAD_ENVIRONMENT")).isEqualTo("staging");
    assertThat(world.get("staging.cv", "/env/STEAD_APP")).isEqualTo("cv");
    assertThat(world.get("staging.cv", "/env/MODE")).isEqualTo("a");
    assertThat(world.get("cv", "/env/STEAD_ENVIRONMENT")).isEqualTo("production");
    assertThat(world.edge.service("staging.cv").orElseThrow().hosts())
        .containsExactly("staging.cv.localhost", "staging.cv.example", "*.staging.cv.example");
    assertThat(world.edge.service("staging.cv").orElseThrow().targets()).hasSize(2);
    assertThat(world.running()).hasSize(4).containsAll(production);
  }

  @Test
  void twoEnvironmentsOfAnAppShareNothingButTheCounterOfReleases() throws Exception {
    var config = Sample.of("cv").volume("notes", "notes");
    deploy("cv", config, one);
    Files.writeString(world.home.resolve("volumes/cv/notes/kept"), "production's");
    fork("production", "staging");
    deploy("staging.cv", config.env("MODE", "b"), two);
    deploy("cv", config, one);

    assertThat(world.live("cv").release()).isEqualTo(3);
    assertThat(world.live("staging.cv").release()).isEqualTo(2);
    assertThat(world.get("cv", "/")).isEqualTo("one");
    assertThat(world.get("staging.cv", "/")).isEqualTo("two");
    assertThat(world.home.resolve("volumes/staging.cv/notes")).isEmptyDirectory();
    assertThat(world.home.resolve("releases/staging.cv/v2/server.py")).exists();
    assertThat(world.apps.releases("cv").releases()).extracting(r -> r.number()).doesNotContain(2);

    world.end("staging.cv", world.apps.changeEnv("staging.cv", World.set("A", "1"), "ada@test"));
    assertThat(world.apps.env("cv").variables()).isEmpty();
    assertThat(world.history("staging.cv").changes())
        .extracting(change -> change.message())
        .startsWith("env v4", "env set A", "deploy v2", "fork production staging", "deploy v1");
    assertThat(world.history("cv").changes())
        .extracting(change -> change.message())
        .containsExactly("deploy v3", "fork production staging", "deploy v1");
    var running = world.running();
    world.restartAgent();
    assertThat(world.running()).isEqualTo(running);
    assertThat(world.get("staging.cv", "/env/A")).isEqualTo("1");
  }

  @Test
  void secretsAreForkedOnlyWhenAskedFor() throws Exception {
    deploy("cv", Sample.of("cv"), one);
    world.end("cv", world.apps.changeSecrets("cv", World.set("KEY", "hidden"), "ada@test"));
    fork("production", "bare");
    world.apps.fork(new Requests.Fork("production", "full", true), "ada@test");

    assertThat(world.apps.secrets("bare.cv").secrets()).isEmpty();
    world.end("bare.cv", world.apps.start("bare.cv", World.plain(), "ada@test"));
    assertThat(world.get("bare.cv", "/env/KEY")).isEqualTo("(unset)");
    world.end("full.cv", world.apps.start("full.cv", World.plain(), "ada@test"));
    assertThat(world.get("full.cv", "/env/KEY")).isEqualTo("hidden");
  }

  @Test
  void tokensAndWhatIsUnderWayStayWhereTheyAre() throws Exception {
    deploy("cv", Sample.of("cv"), one);
    var records = new Records(world.store);
    var token = new Records.Token("stead-deploy-cv", "key", Instant.EPOCH, "ada@test");
    records.commit("cv", "ada@test", "token", List.of(Records.put(Keys.token("cv", "ci"), token)));
    fork("production", "staging");

    assertThat(world.apps.tokens("staging.cv").tokens()).isEmpty();
    assertThat(world.apps.tokens("cv").tokens()).hasSize(1);
    assertThat(new Records(world.store).operation("cv")).isPresent();
    assertThat(new Records(world.store).operation("staging.cv")).isEmpty();
  }

  @Test
  void anEnvironmentIsRemovedOnceNothingRunsInIt() throws Exception {
    deploy("cv", Sample.of("cv").volume("notes", "notes"), one);
    fork("production", "staging");
    fork("staging", "preview");
    deploy("staging.cv", Sample.of("cv").volume("notes", "notes"), two);

    assertThatThrownBy(() -> world.apps.removeEnvironment("production", "ada@test"))
        .hasMessageContaining("D-ENVIRONMENT-IN-USE");
    assertThatThrownBy(() -> world.apps.removeEnvironment("staging", "ada@test"))
        .hasMessageContaining("forked from it: preview");
    world.apps.removeEnvironment("preview", "ada@test");
    assertThatThrownBy(() -> world.apps.removeEnvironment("staging", "ada@test"))
        .hasMessageContaining("staging.cv runs there; stop it first");
    world.end("staging.cv", world.apps.stop("staging.cv", World.plain(), "ada@test"));
    world.apps.removeEnvironment("staging", "ada@test");

    assertThat(world.apps.environments().environments())
        .extracting(Answers.Environment::name)
        .containsExactly("production");
    assertThatThrownBy(() -> world.apps.status("staging.cv")).hasMessageContaining("A-NO-APP");
    assertThat(world.home.resolve("releases/staging.cv/v2")).doesNotExist();
    assertThat(world.home.resolve("volumes/staging.cv/notes")).exists();
    assertThat(world.apps.volumes().volumes()).extracting(v -> v.app()).contains("staging.cv");
    world.restartAgent();
    fork("production", "staging");
    deploy("staging.cv", Sample.of("cv"), two);
    assertThat(world.live("staging.cv").release()).as("no number is used again").isEqualTo(3);
  }

  @Test
  void aBranchOfThePersonsOwnIsNotTakenForAnEnvironment() throws Exception {
    deploy("cv", Sample.of("cv"), one);
    world.store.fork(Fork.of("mine", "production", "ada@test", "a copy to try things on"));

    assertThatThrownBy(() -> fork("production", "mine"))
        .hasMessageContaining("there is a branch of the store, no environment, of this name");
    assertThat(world.store.branches()).anyMatch(branch -> branch.name().equals("mine"));
  }

  @Test
  void aForkThatWasCutShortIsNoneAndIsMadeAnew() throws Exception {
    deploy("cv", Sample.of("cv"), one);
    var cut = Fork.of("staging", Store.PRODUCTION, "ada@test", "fork");
    world.store.fork(cut.only(new Scope.Prefix("apps/")));
    world.store.fork(Fork.of("theirs", Store.PRODUCTION, "ada@test", "fork"));
    world.store.commit(
        Commit.of(
            "theirs",
            "ada@test",
            "",
            new Commit.Mutation.Put(
                "a", new Value("text/plain", "b".getBytes(StandardCharsets.UTF_8)))));
    world.restartAgent();

    assertThat(world.apps.environments().environments()).hasSize(1);
    assertThatThrownBy(() -> deploy("staging.cv", Sample.of("cv"), two))
        .hasMessageContaining("D-NO-ENVIRONMENT")
        .hasMessageContaining("there is production");
    fork("production", "staging");
    deploy("staging.cv", Sample.of("cv"), two);
    assertThat(world.get("staging.cv", "/")).isEqualTo("two");
    assertThatThrownBy(() -> fork("production", "theirs"))
        .hasMessageContaining("a branch of the store, no environment, of this name");
    assertThatThrownBy(() -> fork("production", "staging"))
        .hasMessageContaining("there is an environment of this name");
    assertThatThrownBy(() -> fork("production", "No Name")).hasMessageContaining("must match");
    assertThatThrownBy(() -> deploy("production.cv", Sample.of("cv"), two))
        .hasMessageContaining("is no app's name");
  }

  @Test
  void aStateFromBeforeThereWereEnvironmentsIsGoneOnWith() throws Exception {
    deploy("cv", Sample.of("cv"), one);
    deploy("cv", Sample.of("cv"), two);
    for (var number : new int[] {1, 2}) {
      forgetTheEnvironment(Keys.release("cv", number));
    }
    world.store.commit(
        Commit.of(
            Store.PRODUCTION, "test", "as it was", new Commit.Mutation.Delete("stead/numbers/cv")));
    world.restartAgent();

    assertThat(world.get("cv", "/")).isEqualTo("two");
    world.end("cv", world.apps.rollback("cv", World.rollback(), "ada@test"));
    assertThat(world.get("cv", "/env/STEAD_ENVIRONMENT")).isEqualTo("production");
    deploy("cv", Sample.of("cv"), two);
    assertThat(world.live("cv").release()).isEqualTo(3);
    fork("production", "staging");
    world.end("staging.cv", world.apps.start("staging.cv", World.plain(), "ada@test"));
    assertThat(world.get("staging.cv", "/")).isEqualTo("two");
  }

  private void forgetTheEnvironment(String key) {
    var now =
        new String(
            world.store.get(Store.PRODUCTION, key).orElseThrow().value().bytes(),
            StandardCharsets.UTF_8);
    var former = now.replace(",\"environment\":\"production\"", "");
    assertThat(former).isNotEqualTo(now);
    var value = Value.json(former.getBytes(StandardCharsets.UTF_8));
    world.store.commit(
        Commit.of(Store.PRODUCTION, "test", "as it was", new Commit.Mutation.Put(key, value)));
  }

  private Answers.Environment fork(String parent, String name) {
    return world.apps.fork(new Requests.Fork(parent, name, false), "ada@test");
  }

  private void deploy(String app, Sample sample, String bundle) throws Exception {
    var end = world.deploy(app, sample.config(), bundle);
    assertThat(end.code()).as(end.text()).isEmpty();
  }
}
