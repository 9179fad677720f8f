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
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RetentionTest {
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
  void withoutARuleEverythingIsKept() {
    writeTimes("a", 5);
    assertThat(store.compact()).isZero();
    assertThat(scribe.read(PRODUCTION, "a", 1)).isEqualTo("1");
  }

  @Test
  void theNewestRevisionsOfEachKeyAreKeptAndTheRestIsSaidToBeGone() {
    writeTimes("a", 5);
    scribe.write(PRODUCTION, "b=6");
    store.retain("", new Retention.Newest(2));

    assertThat(store.compact()).isEqualTo(3);
    assertThat(store.compact()).isZero();
    assertThat(scribe.list(PRODUCTION, "")).containsExactly("a=5", "b=6");
    assertThat(scribe.read(PRODUCTION, "a", 4)).isEqualTo("4");
    assertThatThrownBy(() -> scribe.read(PRODUCTION, "a", 3))
        .isInstanceOf(CompactedException.class)
        .hasMessageContaining("the value of 'a' as of revision 3 is no longer kept");
    assertThatThrownBy(() -> store.list(PRODUCTION, "", 3)).isInstanceOf(CompactedException.class);
    // It was not there yet, and that is still known.
    assertThat(scribe.read(PRODUCTION, "a", 0)).isEmpty();
    assertThat(store.history(PRODUCTION, "a", 10))
        .extracting(Change::revision)
        .containsExactly(5L, 4L);
    List<Version> versions = store.versions(Point.newest(PRODUCTION), "a", 10);
    assertThat(versions).extracting(v -> v.change().revision()).containsExactly(5L, 4L);
    assertThat(versions.get(0).toFormer()).isPresent();
    assertThat(versions.get(1).toFormer()).isEmpty();
  }

  @Test
  void whatWasReplacedLongAgoGoes() {
    scribe.write(PRODUCTION, "a=1");
    clock.advance(Duration.ofDays(10));
    scribe.write(PRODUCTION, "a=2");
    clock.advance(Duration.ofDays(2));
    scribe.write(PRODUCTION, "a=3");
    store.retain("a", new Retention.Within(Duration.ofDays(1)));

    // The second one was replaced just now.
    assertThat(store.compact()).isEqualTo(1);
    assertThat(scribe.read(PRODUCTION, "a", 2)).isEqualTo("2");
    clock.advance(Duration.ofDays(1).plusSeconds(1));
    assertThat(store.compact()).isEqualTo(1);
    assertThat(scribe.read(PRODUCTION, "a")).isEqualTo("3");
  }

  @Test
  void theLongestPrefixCounts() {
    writeTimes("a/keep/x", 3);
    writeTimes("a/x", 3);
    store.retain("a/", new Retention.Newest(1));
    store.retain("a/keep/", new Retention.Newest(3));
    assertThat(store.retentions())
        .isEqualTo(Map.of("a/", new Retention.Newest(1), "a/keep/", new Retention.Newest(3)));
    assertThat(store.compact()).isEqualTo(2);
    assertThat(scribe.read(PRODUCTION, "a/keep/x", 1)).isEqualTo("1");

    store.retain("a/keep/", new Retention.All());
    assertThat(store.retentions()).containsOnlyKeys("a/");
    assertThat(store.compact()).isEqualTo(2);
  }

  @Test
  void whatALiveBranchWasForkedFromStaysUntilThatIsDeleted() {
    writeTimes("a", 2);
    store.fork(Fork.of("staging", PRODUCTION, "ada", ""));
    writeTimes("a", 3);
    store.retain("", new Retention.Newest(1));

    assertThat(store.compact()).isEqualTo(3);
    assertThat(scribe.read("staging", "a")).isEqualTo("2");
    assertThat(scribe.read(PRODUCTION, "a")).isEqualTo("3");
    store.deleteBranch("staging");
    assertThat(store.compact()).isEqualTo(1);
    assertThatThrownBy(() -> scribe.read(PRODUCTION, "a", 2))
        .isInstanceOf(CompactedException.class);
  }

  @Test
  void theNextMergeStillFindsWhereTheLastOneWas() {
    writeTimes("a", 1);
    store.fork(Fork.of("staging", PRODUCTION, "ada", ""));
    scribe.write("staging", "a=x");
    merge("staging", PRODUCTION);
    scribe.write("staging", "a=y");
    scribe.write("staging", "a=z");
    store.retain("", new Retention.Newest(1));
    store.compact();
    assertThat(merge("staging", PRODUCTION)).isEqualTo(new Merged(6, List.of("a")));
    assertThat(scribe.read(PRODUCTION, "a")).isEqualTo("z");
  }

  private Object merge(String source, String target) {
    return store.merge(Merge.of(source, target, Merge.Mode.THREE_WAY, "ada", ""));
  }

  /// More than one step of the compaction removes.
  @Test
  void aLongHistoryIsRemovedInSteps() {
    writeTimes("a", 5_000);
    writeTimes("b", 3);
    store.retain("", new Retention.Newest(1));
    assertThat(store.compact()).isEqualTo(4_999 + 2);
    assertThat(scribe.list(PRODUCTION, "")).containsExactly("a=5000", "b=3");
  }

  @Test
  void aDeletedKeyStaysDeleted() {
    writeTimes("a", 2);
    scribe.write(PRODUCTION, "a");
    store.retain("", new Retention.Newest(1));
    assertThat(store.compact()).isEqualTo(2);
    assertThat(scribe.list(PRODUCTION, "")).isEmpty();
    scribe.write(PRODUCTION, "a=4");
    assertThat(scribe.read(PRODUCTION, "a")).isEqualTo("4");
  }

  @Test
  void aRuleThatKeepsNothingIsRefused() {
    assertThatThrownBy(() -> store.retain("", new Retention.Newest(0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("keeps nothing");
  }

  private void writeTimes(String key, int times) {
    for (int i = 1; i <= times; i++) {
      scribe.write(PRODUCTION, key + "=" + i);
    }
  }
}
