package dev.stead.store.rocks;

import static dev.stead.store.Store.PRODUCTION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stead.store.Change;
import dev.stead.store.CompactedException;
import dev.stead.store.Fork;
import dev.stead.store.Merge;
import dev.stead.store.MergeResult.Merged;
import dev.stead.store.Point;
import dev.stead.store.Retention;
import dev.stead.store.Version;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class RetentionTest {
  @RegisterExtension final SoundStore sound = new SoundStore();

  @Test
  void withoutARuleEverythingIsKept() {
    writeTimes("a", 5);
    assertThat(sound.store().compact()).isZero();
    assertThat(sound.scribe().read(PRODUCTION, "a", 1)).isEqualTo("1");
  }

  @Test
  void theNewestRevisionsOfEachKeyAreKeptAndTheRestIsSaidToBeGone() {
    writeTimes("a", 5);
    sound.scribe().write(PRODUCTION, "b=6");
    sound.store().retain("", new Retention.Newest(2));

    assertThat(sound.store().compact()).isEqualTo(3);
    assertThat(sound.store().compact()).isZero();
    assertThat(sound.scribe().list(PRODUCTION, "")).containsExactly("a=5", "b=6");
    assertThat(sound.scribe().read(PRODUCTION, "a", 4)).isEqualTo("4");
    assertThatThrownBy(() -> sound.scribe().read(PRODUCTION, "a", 3))
        .isInstanceOf(CompactedException.class)
        .hasMessageContaining("the value of 'a' as of revision 3 is no longer kept");
    assertThatThrownBy(() -> sound.store().list(PRODUCTION, "", 3))
        .isInstanceOf(CompactedException.class);
    // It was not there yet, and that is still known.
    assertThat(sound.scribe().read(PRODUCTION, "a", 0)).isEmpty();
    assertThat(sound.store().history(PRODUCTION, "a", 10))
        .extracting(Change::revision)
        .containsExactly(5L, 4L);
    List<Version> versions = sound.store().versions(Point.newest(PRODUCTION), "a", 10);
    assertThat(versions).extracting(v -> v.change().revision()).containsExactly(5L, 4L);
    assertThat(versions.get(0).toFormer()).isPresent();
    assertThat(versions.get(1).toFormer()).isEmpty();
  }

  @Test
  void whatWasReplacedLongAgoGoes() {
    sound.scribe().write(PRODUCTION, "a=1");
    sound.clock().advance(Duration.ofDays(10));
    sound.scribe().write(PRODUCTION, "a=2");
    sound.clock().advance(Duration.ofDays(2));
    sound.scribe().write(PRODUCTION, "a=3");
    sound.store().retain("a", new Retention.Within(Duration.ofDays(1)));

    // The second one was replaced just now.
    assertThat(sound.store().compact()).isEqualTo(1);
    assertThat(sound.scribe().read(PRODUCTION, "a", 2)).isEqualTo("2");
    sound.clock().advance(Duration.ofDays(1).plusSeconds(1));
    assertThat(sound.store().compact()).isEqualTo(1);
    assertThat(sound.scribe().read(PRODUCTION, "a")).isEqualTo("3");
  }

  @Test
  void theLongestPrefixCounts() {
    writeTimes("a/keep/x", 3);
    writeTimes("a/x", 3);
    sound.store().retain("a/", new Retention.Newest(1));
    sound.store().retain("a/keep/", new Retention.Newest(3));
    assertThat(sound.store().retentions())
        .isEqualTo(Map.of("a/", new Retention.Newest(1), "a/keep/", new Retention.Newest(3)));
    assertThat(sound.store().compact()).isEqualTo(2);
    assertThat(sound.scribe().read(PRODUCTION, "a/keep/x", 1)).isEqualTo("1");

    sound.store().retain("a/keep/", new Retention.All());
    assertThat(sound.store().retentions()).containsOnlyKeys("a/");
    assertThat(sound.store().compact()).isEqualTo(2);
  }

  @Test
  void whatALiveBranchWasForkedFromStaysUntilThatIsDeleted() {
    writeTimes("a", 2);
    sound.store().fork(Fork.of("staging", PRODUCTION, "ada", ""));
    writeTimes("a", 3);
    sound.store().retain("", new Retention.Newest(1));

    assertThat(sound.store().compact()).isEqualTo(3);
    assertThat(sound.scribe().read("staging", "a")).isEqualTo("2");
    assertThat(sound.scribe().read(PRODUCTION, "a")).isEqualTo("3");
    sound.store().deleteBranch("staging");
    assertThat(sound.store().compact()).isEqualTo(1);
    assertThatThrownBy(() -> sound.scribe().read(PRODUCTION, "a", 2))
        .isInstanceOf(CompactedException.class);
  }

  @Test
  void theNextMergeStillFindsWhereTheLastOneWas() {
    writeTimes("a", 1);
    sound.store().fork(Fork.of("staging", PRODUCTION, "ada", ""));
    sound.scribe().write("staging", "a=x");
    merge("staging", PRODUCTION);
    sound.scribe().write("staging", "a=y");
    sound.scribe().write("staging", "a=z");
    sound.store().retain("", new Retention.Newest(1));
    sound.store().compact();
    assertThat(merge("staging", PRODUCTION)).isEqualTo(new Merged(6, List.of("a")));
    assertThat(sound.scribe().read(PRODUCTION, "a")).isEqualTo("z");
  }

  private Object merge(String source, String target) {
    return sound.store().merge(Merge.of(source, target, Merge.Mode.THREE_WAY, "ada", ""));
  }

  /// More than one step of the compaction removes.
  @Test
  void aLongHistoryIsRemovedInSteps() {
    writeTimes("a", 5_000);
    writeTimes("b", 3);
    sound.store().retain("", new Retention.Newest(1));
    assertThat(sound.store().compact()).isEqualTo(4_999 + 2);
    assertThat(sound.scribe().list(PRODUCTION, "")).containsExactly("a=5000", "b=3");
  }

  @Test
  void aDeletedKeyStaysDeleted() {
    writeTimes("a", 2);
    sound.scribe().write(PRODUCTION, "a");
    sound.store().retain("", new Retention.Newest(1));
    assertThat(sound.store().compact()).isEqualTo(2);
    assertThat(sound.scribe().list(PRODUCTION, "")).isEmpty();
    sound.scribe().write(PRODUCTION, "a=4");
    assertThat(sound.scribe().read(PRODUCTION, "a")).isEqualTo("4");
  }

  @Test
  void aRuleThatKeepsNothingIsRefused() {
    assertThatThrownBy(() -> sound.store().retain("", new Retention.Newest(0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("keeps nothing");
  }

  private void writeTimes(String key, int times) {
    for (int i = 1; i <= times; i++) {
      sound.scribe().write(PRODUCTION, key + "=" + i);
    }
  }
}
