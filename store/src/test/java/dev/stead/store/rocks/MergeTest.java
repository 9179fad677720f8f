package dev.stead.store.rocks;

import static dev.stead.store.Store.PRODUCTION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stead.store.Fork;
import dev.stead.store.Merge;
import dev.stead.store.Merge.Mode;
import dev.stead.store.MergeResult;
import dev.stead.store.MergeResult.Conflicted;
import dev.stead.store.MergeResult.Diverged;
import dev.stead.store.MergeResult.KeyConflict;
import dev.stead.store.MergeResult.Merged;
import dev.stead.store.MergeResult.UpToDate;
import dev.stead.store.Point;
import dev.stead.store.Revert;
import dev.stead.store.Scope;
import dev.stead.store.Side;
import dev.stead.store.SparedKeyException;
import dev.stead.store.Value;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class MergeTest {
  private static final String STAGING = "staging";

  @RegisterExtension final SoundStore sound = new SoundStore();

  @BeforeEach
  void fork() {
    sound.scribe().write(PRODUCTION, "a=1", "b=1", "c=1");
    sound.store().fork(Fork.of(STAGING, PRODUCTION, "ada", ""));
  }

  @Test
  void whatWouldChangeASparedKeyIsRefusedWhole() {
    sound.scribe().write(STAGING, "a=2", "b=2");
    var spared = Set.of("b");

    assertThatThrownBy(() -> sound.store().merge(merging(STAGING, PRODUCTION).sparing(spared)))
        .isInstanceOf(SparedKeyException.class)
        .hasMessageContaining("'b'");
    assertThatThrownBy(
            () ->
                sound
                    .store()
                    .revert(Revert.of(STAGING, sound.store().head(), "ada", "").sparing(spared)))
        .isInstanceOf(SparedKeyException.class);
    assertThat(sound.scribe().list(PRODUCTION, "")).containsExactly("a=1", "b=1", "c=1");
    assertThat(sound.store().merge(merging(STAGING, PRODUCTION).sparing(Set.of("c"))))
        .isInstanceOf(Merged.class);
  }

  private static Merge merging(String source, String target) {
    return Merge.of(source, target, Mode.THREE_WAY, "ada", "");
  }

  @Test
  void aMergeBringsWhatTheSourceChangedAndLeavesWhatTheTargetDid() {
    sound.scribe().write(STAGING, "a=2", "b", "new=2");
    sound.scribe().write(PRODUCTION, "c=3");

    assertThat(merge(STAGING, PRODUCTION)).isEqualTo(new Merged(4, List.of("a", "b", "new")));
    assertThat(sound.scribe().list(PRODUCTION, "")).containsExactly("a=2", "c=3", "new=2");
    assertThat(sound.scribe().list(STAGING, "")).containsExactly("a=2", "c=1", "new=2");
    assertThat(merge(STAGING, PRODUCTION)).isEqualTo(new UpToDate());
  }

  @Test
  void theNextMergeStartsFromTheLastInEitherDirection() {
    sound.scribe().write(STAGING, "a=2");
    merge(STAGING, PRODUCTION);
    sound.scribe().write(PRODUCTION, "a=3");
    sound.scribe().write(STAGING, "b=3");

    assertThat(merge(PRODUCTION, STAGING)).isEqualTo(new Merged(6, List.of("a")));
    sound.scribe().write(STAGING, "a=4");
    assertThat(merge(STAGING, PRODUCTION)).isEqualTo(new Merged(8, List.of("a", "b")));
    assertThat(sound.scribe().list(PRODUCTION, "")).containsExactly("a=4", "b=3", "c=1");
  }

  @Test
  void whatBothChangedIsAConflictUntilASideIsChosen() {
    sound.scribe().write(STAGING, "a=2", "b=2", "c=2");
    sound.scribe().write(PRODUCTION, "a=3", "b");

    Merge merge = Merge.of(STAGING, PRODUCTION, Mode.THREE_WAY, "ada", "");
    KeyConflict first = new KeyConflict("a", List.of(""), some("1"), some("3"), some("2"));
    KeyConflict second = new KeyConflict("b", List.of(""), some("1"), Optional.empty(), some("2"));
    assertThat(sound.store().merge(merge)).isEqualTo(new Conflicted(List.of(first, second)));
    assertThat(sound.store().head()).isEqualTo(3);
    assertThat(sound.store().merge(merge.resolved(Map.of("a", Side.OURS))))
        .isEqualTo(new Conflicted(List.of(second)));

    assertThat(sound.store().merge(merge.resolved(Map.of("a", Side.OURS, "b", Side.THEIRS))))
        .isEqualTo(new Merged(4, List.of("b", "c")));
    assertThat(sound.scribe().list(PRODUCTION, "")).containsExactly("a=3", "b=2", "c=2");
    assertThat(merge(STAGING, PRODUCTION)).isEqualTo(new UpToDate());
  }

  @Test
  void documentsAreMergedMemberByMember() {
    sound.scribe().write(PRODUCTION, "d={\"x\":1,\"y\":1}");
    sound.store().fork(Fork.of("other", PRODUCTION, "ada", ""));
    sound.scribe().write("other", "d={\"x\":2,\"y\":1}");
    sound.scribe().write(PRODUCTION, "d={\"x\":1,\"y\":3}");

    assertThat(merge("other", PRODUCTION)).isInstanceOf(Merged.class);
    assertThat(sound.scribe().read(PRODUCTION, "d")).isEqualTo("{\"x\":2,\"y\":3}");
  }

  @Test
  void overwritingTakesTheSourceSValueOfWhatItChanged() {
    sound.scribe().write(STAGING, "a=2");
    sound.scribe().write(PRODUCTION, "a=3", "b=3");

    assertThat(sound.store().merge(Merge.of(STAGING, PRODUCTION, Mode.OVERWRITE, "ada", "")))
        .isEqualTo(new Merged(4, List.of("a")));
    assertThat(sound.scribe().list(PRODUCTION, "")).containsExactly("a=2", "b=3", "c=1");
  }

  @Test
  void aFastForwardIsRefusedOnceTheTargetChanged() {
    Merge forward = Merge.of(STAGING, PRODUCTION, Mode.FAST_FORWARD, "ada", "");
    sound.scribe().write(STAGING, "a=2");
    assertThat(sound.store().merge(forward)).isInstanceOf(Merged.class);
    sound.scribe().write(STAGING, "a=4");
    assertThat(sound.store().merge(forward)).isInstanceOf(Merged.class);

    sound.scribe().write(STAGING, "a=5");
    sound.scribe().write(PRODUCTION, "c=3");
    assertThat(sound.store().merge(forward)).isEqualTo(new Diverged(new Point(STAGING, 4)));
    assertThat(sound.scribe().read(PRODUCTION, "a")).isEqualTo("4");
  }

  @Test
  void siblingsAreMergedFromWhereTheyParted() {
    sound.store().fork(Fork.of("sibling", PRODUCTION, "ada", ""));
    sound.scribe().write(STAGING, "a=2");
    sound.scribe().write("sibling", "b=2");
    assertThat(merge(STAGING, "sibling")).isEqualTo(new Merged(4, List.of("a")));
    assertThat(merge("sibling", PRODUCTION)).isEqualTo(new Merged(5, List.of("a", "b")));
    // It came by way of the sibling.
    assertThat(merge(STAGING, PRODUCTION)).isEqualTo(new UpToDate());
  }

  @Test
  void aForkOfAPrefixIsNotGivenWhatItDoesNotSee() {
    sound.scribe().write(PRODUCTION, "apps/a=1", "out=1");
    sound.store().fork(Fork.of("part", PRODUCTION, "ada", "").only(new Scope.Prefix("apps/")));
    sound.scribe().write(PRODUCTION, "apps/a=2", "out=2");
    sound.scribe().write("part", "mine=3");

    assertThat(merge(PRODUCTION, "part")).isEqualTo(new Merged(5, List.of("apps/a")));
    assertThat(sound.scribe().list("part", "")).containsExactly("apps/a=2", "mine=3");
    assertThat(merge("part", PRODUCTION)).isEqualTo(new Merged(6, List.of("mine")));
    assertThat(sound.scribe().read(PRODUCTION, "out")).isEqualTo("2");
  }

  @Test
  void aRevertTakesBackOneCommitAndNothingSince() {
    long mistake = sound.scribe().write(PRODUCTION, "a=2", "b", "new=2");
    sound.scribe().write(PRODUCTION, "c=3");

    assertThat(sound.store().revert(Revert.of(PRODUCTION, mistake, "ada", "")))
        .isEqualTo(new Merged(4, List.of("a", "b", "new")));
    assertThat(sound.scribe().list(PRODUCTION, "")).containsExactly("a=1", "b=1", "c=3");
    assertThat(sound.scribe().read(PRODUCTION, "a", mistake)).isEqualTo("2");
  }

  @Test
  void aRevertOfWhatWasChangedAgainIsAConflict() {
    long mistake = sound.scribe().write(PRODUCTION, "a=2");
    sound.scribe().write(PRODUCTION, "a=3");
    Revert revert = Revert.of(PRODUCTION, mistake, "ada", "");
    assertThat(sound.store().revert(revert))
        .isEqualTo(
            new Conflicted(
                List.of(new KeyConflict("a", List.of(""), some("2"), some("3"), some("1")))));
    assertThat(sound.store().revert(revert.resolved(Map.of("a", Side.THEIRS))))
        .isInstanceOf(Merged.class);
    assertThat(sound.scribe().read(PRODUCTION, "a")).isEqualTo("1");
  }

  @Test
  void aRevertedMergeCanBeMergedAgainInFull() {
    sound.scribe().write(STAGING, "a=2", "b=2");
    Merged merged = (Merged) merge(STAGING, PRODUCTION);
    sound.store().revert(Revert.of(PRODUCTION, merged.revision(), "ada", "not yet"));
    assertThat(sound.scribe().list(PRODUCTION, "")).containsExactly("a=1", "b=1", "c=1");

    sound.scribe().write(STAGING, "c=2");
    assertThat(merge(STAGING, PRODUCTION)).isEqualTo(new Merged(6, List.of("a", "b", "c")));
    assertThat(sound.scribe().list(PRODUCTION, "")).containsExactly("a=2", "b=2", "c=2");
  }

  @Test
  void whatCannotBeMergedOrRevertedIsRefused() {
    long onStaging = sound.scribe().write(STAGING, "a=2");
    assertThatThrownBy(() -> merge(STAGING, STAGING)).hasMessageContaining("into itself");
    assertThatThrownBy(() -> merge("x", STAGING)).hasMessageContaining("no branch 'x'");
    assertThatThrownBy(() -> sound.store().revert(Revert.of(PRODUCTION, onStaging, "ada", "")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("revision 2 is no commit of the branch 'production'");
  }

  private MergeResult merge(String source, String target) {
    return sound.store().merge(Merge.of(source, target, Mode.THREE_WAY, "ada", ""));
  }

  private static Optional<Value> some(String text) {
    return Optional.of(Scribe.value(text));
  }
}
