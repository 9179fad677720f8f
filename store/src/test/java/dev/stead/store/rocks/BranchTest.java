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
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BranchTest {
  @TempDir Path directory;
  private final MovingClock clock = new MovingClock();
  private RocksStore store;
  private Scribe scribe;

  @BeforeEach
  void open() {
    store = RocksStore.open(directory, clock);
    scribe = new Scribe(store);
  }

  @AfterEach
  void checkAndClose() {
    assertThat(store.check()).isEmpty();
    store.close();
  }

  @Test
  void aForkSeesWhatWasThereAndNeitherSeesTheOtherSWrites() {
    scribe.write(PRODUCTION, "a=1", "b=1", "c=1");
    fork("staging", PRODUCTION);
    scribe.write(PRODUCTION, "a=2", "d=2");
    scribe.write("staging", "b=3", "c", "e=3");

    assertThat(scribe.list(PRODUCTION, "")).containsExactly("a=2", "b=1", "c=1", "d=2");
    assertThat(scribe.list("staging", "")).containsExactly("a=1", "b=3", "e=3");
    assertThat(scribe.read("staging", "c")).isEmpty();
    assertThat(scribe.read("staging", "a")).isEqualTo("1");
  }

  @Test
  void aForkIsToldWithItsOriginAndOutlivesReopening() {
    scribe.write(PRODUCTION, "a=1");
    Branch staging = store.fork(Fork.of("staging", PRODUCTION, "ada", "try it"));
    assertThat(staging)
        .isEqualTo(
            new Branch(
                "staging",
                Optional.of(new Branch.Origin(PRODUCTION, 1, Scope.everything())),
                1,
                "ada",
                "try it",
                clock.instant()));
    scribe.write("staging", "a=2");
    store.close();
    open();
    assertThat(store.branches()).extracting(Branch::name).containsExactly(PRODUCTION, "staging");
    assertThat(store.branches()).extracting(Branch::head).containsExactly(1L, 2L);
    assertThat(scribe.read("staging", "a")).isEqualTo("2");
    assertThat(scribe.read(PRODUCTION, "a")).isEqualTo("1");
  }

  @Test
  void aForkOfThePastSeesThePast() {
    scribe.write(PRODUCTION, "a=1");
    scribe.write(PRODUCTION, "a=2", "b=2");
    store.fork(Fork.of("past", PRODUCTION, "ada", "").at(1));
    assertThat(scribe.list("past", "")).containsExactly("a=1");
    refused(
        () -> store.fork(Fork.of("future", PRODUCTION, "ada", "").at(3)),
        "there is no revision 3; the newest is 2");
  }

  @Test
  void aForkOfAPrefixOrAKeySeesNothingElse() {
    scribe.write(PRODUCTION, "apps/cv=1", "apps/cv/env=1", "apps/cw=1", "other=1");
    store.fork(Fork.of("part", PRODUCTION, "ada", "").only(new Scope.Prefix("apps/cv")));
    store.fork(Fork.of("one", "part", "ada", "").only(new Scope.Key("apps/cv")));
    scribe.write("one", "other=2");

    assertThat(scribe.list("part", "")).containsExactly("apps/cv=1", "apps/cv/env=1");
    assertThat(scribe.list("one", "")).containsExactly("apps/cv=1", "other=2");
    assertThat(scribe.read("one", "apps/cv/env")).isEmpty();
  }

  @Test
  void beforeItWasForkedABranchIsItsParent() {
    scribe.write(PRODUCTION, "a=1");
    scribe.write(PRODUCTION, "a=2");
    fork("staging", PRODUCTION);
    scribe.write(PRODUCTION, "a=3");
    scribe.write("staging", "a");

    assertThat(scribe.read("staging", "a", 1)).isEqualTo("1");
    assertThat(scribe.read("staging", "a", 3)).isEqualTo("2");
    assertThat(scribe.read("staging", "a", 4)).isEmpty();
    assertThat(store.history("staging", "a", 10))
        .extracting(Change::revision)
        .containsExactly(4L, 2L, 1L);
    assertThat(store.history(new Point("staging", 3), "a", 1))
        .extracting(Change::revision)
        .containsExactly(2L);
  }

  @Test
  void forksOfForksFallThroughUpToALimit() {
    scribe.write(PRODUCTION, "k=0");
    String parent = PRODUCTION;
    for (int depth = 1; depth <= Limits.FORK_DEPTH_MAX; depth++) {
      fork("b" + depth, parent);
      parent = "b" + depth;
      scribe.write(parent, "k" + depth + "=" + depth);
    }
    assertThat(scribe.list(parent, "k")).hasSize(1 + Limits.FORK_DEPTH_MAX);
    assertThat(scribe.read(parent, "k")).isEqualTo("0");
    refused(() -> fork("deeper", "b32"), "33 forks of forks; there can be 32");
  }

  @Test
  void aDeletedBranchIsGoneAndItsNameIsFreeForAnother() {
    scribe.write(PRODUCTION, "a=1");
    fork("staging", PRODUCTION);
    fork("child", "staging");
    scribe.write("staging", "b=2");
    refused(() -> store.deleteBranch("staging"), "is needed by 'child'");
    refused(() -> store.deleteBranch(PRODUCTION), "is the first one and stays");

    store.deleteBranch("child");
    store.deleteBranch("staging");
    refused(() -> scribe.read("staging", "a"), "there is no branch 'staging'");
    store.close();
    open();
    fork("staging", PRODUCTION);
    assertThat(scribe.list("staging", "")).containsExactly("a=1");
    assertThat(store.head()).isEqualTo(2);
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
    assertThat(store.revisionAt(clock.instant())).isZero();
    Instant first = clock.instant();
    scribe.write(PRODUCTION, "a=1");
    clock.advance(Duration.ofHours(1));
    scribe.write(PRODUCTION, "a=2");
    clock.advance(Duration.ofHours(-3));
    scribe.write(PRODUCTION, "a=3");

    assertThat(store.revisionAt(first.minusMillis(1))).isZero();
    assertThat(store.revisionAt(first)).isEqualTo(1);
    assertThat(store.revisionAt(first.plus(Duration.ofMinutes(59)))).isEqualTo(1);
    // The clock was set back: what was committed then is as old as the one before it.
    assertThat(store.revisionAt(first.plus(Duration.ofHours(1)))).isEqualTo(3);
  }

  @Test
  void aDifferenceIsFoundBetweenAnyTwoPoints() {
    scribe.write(PRODUCTION, "a=1", "b=1", "c=1", "x/a=1");
    fork("staging", PRODUCTION);
    scribe.write("staging", "a=1", "b=2", "c", "d=2");

    assertThat(store.diff(Point.newest(PRODUCTION), Point.newest("staging"), ""))
        .extracting(BranchTest::told)
        .containsExactly("b: 1 → 2", "c: 1 → ", "d:  → 2");
    assertThat(store.diff(new Point("staging", 2), new Point("staging", 0), "x/"))
        .extracting(BranchTest::told)
        .containsExactly("x/a: 1 → ");
    assertThat(store.diff(Point.newest(PRODUCTION), Point.newest("staging"), "", "b", 1))
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
    scribe.write(PRODUCTION, "a=1", "b=1", "c=1", "b/x=1");
    fork("staging", PRODUCTION);
    scribe.write("staging", "b/y=2", "c");

    Point now = Point.newest("staging");
    assertThat(Scribe.texts(store.list(now, "", "", 2))).containsExactly("a=1", "b=1");
    assertThat(Scribe.texts(store.list(now, "", "b", 2))).containsExactly("b/x=1", "b/y=2");
    assertThat(Scribe.texts(store.list(now, "b", "a", 9))).containsExactly("b=1", "b/x=1", "b/y=2");
    assertThat(store.list(now, "", "b/y", 2)).isEmpty();
    refused(() -> store.list(now, "", "", 0), "it can have 1 … 10000");
  }

  private Branch fork(String name, String parent) {
    return store.fork(Fork.of(name, parent, "ada", ""));
  }

  private static void refused(ThrowingCallable act, String message) {
    assertThatThrownBy(act)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
