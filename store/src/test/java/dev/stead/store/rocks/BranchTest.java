package dev.stead.store.rocks;

import static dev.stead.store.Store.PRODUCTION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stead.store.Branch;
import dev.stead.store.Change;
import dev.stead.store.Difference;
import dev.stead.store.Fork;
import dev.stead.store.Limits;
import dev.stead.store.Point;
import dev.stead.store.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class BranchTest {
  @RegisterExtension final SoundStore sound = new SoundStore();

  @Test
  void aForkSeesWhatWasThereAndNeitherSeesTheOtherSWrites() {
    sound.scribe().write(PRODUCTION, "a=1", "b=1", "c=1");
    fork("staging", PRODUCTION);
    sound.scribe().write(PRODUCTION, "a=2", "d=2");
    sound.scribe().write("staging", "b=3", "c", "e=3");

    assertThat(sound.scribe().list(PRODUCTION, "")).containsExactly("a=2", "b=1", "c=1", "d=2");
    assertThat(sound.scribe().list("staging", "")).containsExactly("a=1", "b=3", "e=3");
    assertThat(sound.scribe().read("staging", "c")).isEmpty();
    assertThat(sound.scribe().read("staging", "a")).isEqualTo("1");
  }

  @Test
  void aForkIsToldWithItsOriginAndOutlivesReopening() {
    sound.scribe().write(PRODUCTION, "a=1");
    Branch staging = sound.store().fork(Fork.of("staging", PRODUCTION, "ada", "try it"));
    assertThat(staging)
        .isEqualTo(
            new Branch(
                "staging",
                Optional.of(new Branch.Origin(PRODUCTION, 1, Scope.everything())),
                1,
                "ada",
                "try it",
                sound.clock().instant()));
    sound.scribe().write("staging", "a=2");
    sound.reopen();
    assertThat(sound.store().branches())
        .extracting(Branch::name)
        .containsExactly(PRODUCTION, "staging");
    assertThat(sound.store().branches()).extracting(Branch::head).containsExactly(1L, 2L);
    assertThat(sound.scribe().read("staging", "a")).isEqualTo("2");
    assertThat(sound.scribe().read(PRODUCTION, "a")).isEqualTo("1");
  }

  @Test
  void aForkOfThePastSeesThePast() {
    sound.scribe().write(PRODUCTION, "a=1");
    sound.scribe().write(PRODUCTION, "a=2", "b=2");
    sound.store().fork(Fork.of("past", PRODUCTION, "ada", "").at(1));
    assertThat(sound.scribe().list("past", "")).containsExactly("a=1");
    refused(
        () -> sound.store().fork(Fork.of("future", PRODUCTION, "ada", "").at(3)),
        "there is no revision 3; the newest is 2");
  }

  @Test
  void aForkOfAPrefixOrAKeySeesNothingElse() {
    sound.scribe().write(PRODUCTION, "apps/cv=1", "apps/cv/env=1", "apps/cw=1", "other=1");
    sound.store().fork(Fork.of("part", PRODUCTION, "ada", "").only(new Scope.Prefix("apps/cv")));
    sound.store().fork(Fork.of("one", "part", "ada", "").only(new Scope.Key("apps/cv")));
    sound.scribe().write("one", "other=2");

    assertThat(sound.scribe().list("part", "")).containsExactly("apps/cv=1", "apps/cv/env=1");
    assertThat(sound.scribe().list("one", "")).containsExactly("apps/cv=1", "other=2");
    assertThat(sound.scribe().read("one", "apps/cv/env")).isEmpty();
  }

  @Test
  void beforeItWasForkedABranchIsItsParent() {
    sound.scribe().write(PRODUCTION, "a=1");
    sound.scribe().write(PRODUCTION, "a=2");
    fork("staging", PRODUCTION);
    sound.scribe().write(PRODUCTION, "a=3");
    sound.scribe().write("staging", "a");

    assertThat(sound.scribe().read("staging", "a", 1)).isEqualTo("1");
    assertThat(sound.scribe().read("staging", "a", 3)).isEqualTo("2");
    assertThat(sound.scribe().read("staging", "a", 4)).isEmpty();
    assertThat(sound.store().history("staging", "a", 10))
        .extracting(Change::revision)
        .containsExactly(4L, 2L, 1L);
    assertThat(sound.store().history(new Point("staging", 3), "a", 1))
        .extracting(Change::revision)
        .containsExactly(2L);
  }

  @Test
  void forksOfForksFallThroughUpToALimit() {
    sound.scribe().write(PRODUCTION, "k=0");
    String parent = PRODUCTION;
    for (int depth = 1; depth <= Limits.FORK_DEPTH_MAX; depth++) {
      fork("b" + depth, parent);
      parent = "b" + depth;
      sound.scribe().write(parent, "k" + depth + "=" + depth);
    }
    assertThat(sound.scribe().list(parent, "k")).hasSize(1 + Limits.FORK_DEPTH_MAX);
    assertThat(sound.scribe().read(parent, "k")).isEqualTo("0");
    refused(() -> fork("deeper", "b32"), "33 forks of forks; there can be 32");
  }

  @Test
  void aDeletedBranchIsGoneAndItsNameIsFreeForAnother() {
    sound.scribe().write(PRODUCTION, "a=1");
    fork("staging", PRODUCTION);
    fork("child", "staging");
    sound.scribe().write("staging", "b=2");
    refused(() -> sound.store().deleteBranch("staging"), "is needed by 'child'");
    refused(() -> sound.store().deleteBranch(PRODUCTION), "is the first one and stays");

    sound.store().deleteBranch("child");
    sound.store().deleteBranch("staging");
    refused(() -> sound.scribe().read("staging", "a"), "there is no branch 'staging'");
    sound.reopen();
    fork("staging", PRODUCTION);
    assertThat(sound.scribe().list("staging", "")).containsExactly("a=1");
    assertThat(sound.store().head()).isEqualTo(2);
  }

  @Test
  void whatCannotBeABranchIsRefused() {
    fork("staging", PRODUCTION);
    refused(() -> fork("staging", PRODUCTION), "there is a branch 'staging' already");
    refused(() -> fork("", PRODUCTION), "a branch must have a name");
    refused(() -> fork("x".repeat(256), PRODUCTION), "256 bytes; it can have 255");
    refused(() -> fork("x", "nowhere"), "there is no branch 'nowhere'");
  }

  @Test
  void anInstantIsARevision() {
    assertThat(sound.store().revisionAt(sound.clock().instant())).isZero();
    Instant first = sound.clock().instant();
    sound.scribe().write(PRODUCTION, "a=1");
    sound.clock().advance(Duration.ofHours(1));
    sound.scribe().write(PRODUCTION, "a=2");
    sound.clock().advance(Duration.ofHours(-3));
    sound.scribe().write(PRODUCTION, "a=3");

    assertThat(sound.store().revisionAt(first.minusMillis(1))).isZero();
    assertThat(sound.store().revisionAt(first)).isEqualTo(1);
    assertThat(sound.store().revisionAt(first.plus(Duration.ofMinutes(59)))).isEqualTo(1);
    // The clock was set back: what was committed then is as old as the one before it.
    assertThat(sound.store().revisionAt(first.plus(Duration.ofHours(1)))).isEqualTo(3);
  }

  @Test
  void aDifferenceIsFoundBetweenAnyTwoPoints() {
    sound.scribe().write(PRODUCTION, "a=1", "b=1", "c=1", "x/a=1");
    fork("staging", PRODUCTION);
    sound.scribe().write("staging", "a=1", "b=2", "c", "d=2");

    assertThat(sound.store().diff(Point.newest(PRODUCTION), Point.newest("staging"), ""))
        .extracting(BranchTest::told)
        .containsExactly("b: 1 → 2", "c: 1 → ", "d:  → 2");
    assertThat(sound.store().diff(new Point("staging", 2), new Point("staging", 0), "x/"))
        .extracting(BranchTest::told)
        .containsExactly("x/a: 1 → ");
    assertThat(sound.store().diff(Point.newest(PRODUCTION), Point.newest("staging"), "", "b", 1))
        .extracting(BranchTest::told)
        .containsExactly("c: 1 → ");
  }

  private static String told(Difference difference) {
    return "%s: %s → %s"
        .formatted(
            difference.key(), Scribe.text(difference.left()), Scribe.text(difference.right()));
  }

  @Test
  void aListComesInPages() {
    sound.scribe().write(PRODUCTION, "a=1", "b=1", "c=1", "b/x=1");
    fork("staging", PRODUCTION);
    sound.scribe().write("staging", "b/y=2", "c");

    Point now = Point.newest("staging");
    assertThat(Scribe.texts(sound.store().list(now, "", "", 2))).containsExactly("a=1", "b=1");
    assertThat(Scribe.texts(sound.store().list(now, "", "b", 2))).containsExactly("b/x=1", "b/y=2");
    assertThat(Scribe.texts(sound.store().list(now, "b", "a", 9)))
        .containsExactly("b=1", "b/x=1", "b/y=2");
    assertThat(sound.store().list(now, "", "b/y", 2)).isEmpty();
    refused(() -> sound.store().list(now, "", "", 0), "it can have 1 … 10000");
  }

  private Branch fork(String name, String parent) {
    return sound.store().fork(Fork.of(name, parent, "ada", ""));
  }

  private static void refused(ThrowingCallable act, String message) {
    assertThatThrownBy(act)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
