package dev.stead.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.stead.sdk.Answers.AppDifference;
import dev.stead.sdk.ProblemException;
import dev.stead.sdk.Requests;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What runs in one environment becomes a release of another.
final class PromotionTest {
  private World world;

  @BeforeEach
  void open() throws Exception {
    world = new World();
    deploy("cv", Sample.of("cv").env("MODE", "a"), world.upload(Sample.server("one")));
    set("cv", "COLOR", "grey");
    world.apps.fork(new Requests.Fork("production", "staging", false), "ada@test");
  }

  @AfterEach
  void close() throws Exception {
    world.close();
  }

  @Test
  void whatEitherChangedIsInTheNewRelease() throws Exception {
    var two = world.upload(Sample.server("two"));
    deploy("staging.cv", Sample.of("cv").env("MODE", "b").process("worker", "sleep 60", 1), two);
    set("staging.cv", "SIZE", "10");
    set("cv", "COLOR", "blue");
    world.end("cv", world.apps.scale("cv", World.scale("web", 2), "ada@test"));
    world.end("cv", world.apps.changeSecrets("cv", World.set("KEY", "hidden"), "ada@test"));

    assertThat(difference())
        .satisfies(
            app -> {
              assertThat(app.from()).contains(6);
              assertThat(app.to()).contains(4);
              assertThat(app.lines())
                  .contains(
                      "code: 1 files differ: ~server.py",
                      "variable MODE: a → b",
                      "variable COLOR: blue → grey",
                      "variable SIZE: (none) → 10",
                      "secret KEY: staging v4 does not have it",
                      "scale web: 2 → 1")
                  .noneMatch(line -> line.startsWith("routes"));
            });
    var end = promote(Set.of(), Set.of());

    assertThat(end.code()).as(end.text()).isEmpty();
    assertThat(world.live("cv").release()).isEqualTo(7);
    assertThat(world.get("cv", "/")).isEqualTo("two");
    assertThat(world.get("cv", "/env/MODE")).isEqualTo("b");
    assertThat(world.get("cv", "/env/COLOR")).isEqualTo("blue");
    assertThat(world.get("cv", "/env/SIZE")).isEqualTo("10");
    assertThat(world.get("cv", "/env/KEY")).isEqualTo("hidden");
    assertThat(world.get("cv", "/env/STEAD_ENVIRONMENT")).isEqualTo("production");
    assertThat(world.live("cv").scale()).containsEntry("web", 2).containsEntry("worker", 1);
    assertThat(world.apps.env("cv").variables()).containsEntry("SIZE", "10");
    assertThat(world.history("cv").changes().getFirst().message())
        .isEqualTo("promote v7: staging v4");
    assertThat(world.live("staging.cv").release()).as("staging goes on").isEqualTo(4);
    assertThat(promote(Set.of(), Set.of()).text()).contains("cv has all that runs in staging");
    assertThat(world.live("cv").release()).isEqualTo(7);
  }

  @Test
  void whatBothChangedIsShownAndNothingChangesUntilASideIsChosen() throws Exception {
    deploy("staging.cv", Sample.of("cv").env("MODE", "b"), world.upload(Sample.server("two")));
    set("staging.cv", "COLOR", "green");
    set("cv", "COLOR", "blue");
    deploy("cv", Sample.of("cv").env("MODE", "c"), world.upload(Sample.server("three")));
    var before = world.store.head();

    var refused = catchThrowableOfType(ProblemException.class, () -> promote(Set.of(), Set.of()));
    assertThat(refused.problem().code()).isEqualTo("D-PROMOTE-CONFLICT");
    assertThat(refused.problem().details())
        .containsExactlyInAnyOrder(
            "config.env.MODE: c in production, b in staging, a before",
            "variables.COLOR: blue in production, green in staging, grey before");
    assertThatThrownBy(() -> promote(Set.of("variables.COLOR"), Set.of()))
        .hasMessageContaining("both environments changed config.env.MODE");
    assertThatThrownBy(() -> promote(Set.of("variables.SHAPE"), Set.of()))
        .hasMessageContaining("variables.SHAPE is not in conflict");
    assertThat(world.store.head()).isEqualTo(before);

    var end = promote(Set.of("variables.COLOR"), Set.of(Requests.Promote.ALL));
    assertThat(end.code()).as(end.text()).isEmpty();
    assertThat(world.get("cv", "/")).isEqualTo("two");
    assertThat(world.get("cv", "/env/MODE")).isEqualTo("b");
    assertThat(world.get("cv", "/env/COLOR")).isEqualTo("blue");
  }

  @Test
  void whatWasPromotedIsNotInConflictAgain() throws Exception {
    var two = world.upload(Sample.server("two"));
    deploy("staging.cv", Sample.of("cv").env("MODE", "b"), two);
    promote(Set.of(), Set.of());
    set("cv", "COLOR", "blue");
    deploy("staging.cv", Sample.of("cv").env("MODE", "c"), two);

    var end = promote(Set.of(), Set.of());
    assertThat(end.code()).as(end.text()).isEmpty();
    assertThat(world.get("cv", "/env/MODE")).isEqualTo("c");
    assertThat(world.get("cv", "/env/COLOR")).isEqualTo("blue");
  }

  @Test
  void aReleaseThatDoesNotComeUpLeavesTheFormerOneWithItsConfig() throws Exception {
    deploy("staging.cv", Sample.of("cv"), world.upload(Sample.server("two")));
    set("staging.cv", "COLOR", "green");
    var bad = Sample.of("cv").releaseCommand("test $STEAD_ENVIRONMENT = staging");
    deploy("staging.cv", bad, world.upload(Sample.server("three")));

    assertThat(promote(Set.of(), Set.of()).code()).contains("D-RELEASE-COMMAND-FAILED");
    assertThat(world.get("cv", "/")).isEqualTo("one");
    assertThat(world.apps.env("cv").variables()).containsEntry("COLOR", "grey");
    assertThat(world.history("cv").changes().getFirst().message())
        .startsWith("promote v6 failed: D-RELEASE-COMMAND-FAILED");
  }

  @Test
  void anAppThatIsNewIsPromotedAsItIs() throws Exception {
    var two = world.upload(Sample.server("two"));
    var shop = Sample.of("shop").env("MODE", "b");
    deploy("staging.shop", shop, two);
    var request = new Requests.Promote("staging", Set.of(), Set.of(), Optional.empty());
    var end = world.end("shop", world.apps.promote("shop", request, "ada@test"));
    assertThat(end.code()).as(end.text()).isEmpty();
    assertThat(world.get("shop", "/")).isEqualTo("two");
  }

  @Test
  void whatNeverRanThereAndWhatHasNothingInCommonIsRefused() throws Exception {
    assertThatThrownBy(() -> promote(Set.of(), Set.of()))
        .hasMessageContaining("came with the fork and was never started here");
    world.apps.fork(new Requests.Fork("production", "preview", false), "ada@test");
    world.end("staging.cv", world.apps.start("staging.cv", World.plain(), "ada@test"));
    var request = new Requests.Promote("staging", Set.of(), Set.of(), Optional.empty());
    assertThatThrownBy(() -> world.apps.promote("preview.cv", request, "ada@test"))
        .hasMessageContaining("neither of them was forked from the other");
    var nowhere = new Requests.Promote("nowhere", Set.of(), Set.of(), Optional.empty());
    assertThatThrownBy(() -> world.apps.promote("cv", nowhere, "ada@test"))
        .hasMessageContaining("D-NO-ENVIRONMENT");
  }

  private AppDifference difference() {
    var all = world.apps.environmentDifference("production", "staging", Optional.of("cv")).apps();
    assertThat(all).hasSize(1);
    return all.getFirst();
  }

  private World.End promote(Set<String> ours, Set<String> theirs) throws Exception {
    var request = new Requests.Promote("staging", ours, theirs, Optional.empty());
    return world.end("cv", world.apps.promote("cv", request, "ada@test"));
  }

  private void set(String app, String name, String value) throws Exception {
    world.end(app, world.apps.changeEnv(app, World.set(name, value), "ada@test"));
  }

  private void deploy(String app, Sample sample, String bundle) throws Exception {
    var end = world.deploy(app, sample.config(), bundle);
    assertThat(end.code()).as(end.text()).isEmpty();
  }
}
