package dev.stead.store.rocks;

import static dev.stead.store.Store.PRODUCTION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stead.store.Change;
import dev.stead.store.Fork;
import dev.stead.store.Limits;
import dev.stead.store.Retention;
import dev.stead.store.Watch;
import dev.stead.store.Watch.Seen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
final class WatchTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @RegisterExtension final SoundStore sound = new SoundStore();

  @Test
  void itSeesWhatWasAndWhatComesUnderThePrefix() throws Exception {
    sound.scribe().write(PRODUCTION, "a/x=1", "b=1");
    sound.scribe().write(PRODUCTION, "b=2");
    try (Watch watch = sound.store().watch(PRODUCTION, "a/", 0)) {
      assertThat(next(watch)).isEqualTo("1 ada: a/x=1");
      assertThat(watch.next(Duration.ofMillis(1))).isEmpty();
      sound.scribe().write(PRODUCTION, "b=3");
      sound.scribe().write(PRODUCTION, "a/y=4", "a/x");
      assertThat(next(watch)).isEqualTo("4 ada: a/x a/y=4");
    }
  }

  @Test
  void onAForkItSeesTheParentUpToTheForkAndThenTheFork() throws Exception {
    sound.scribe().write(PRODUCTION, "a=1");
    sound.store().fork(Fork.of("staging", PRODUCTION, "ada", ""));
    sound.scribe().write(PRODUCTION, "a=2");
    sound.scribe().write("staging", "a=3");
    try (Watch watch = sound.store().watch("staging", "", 0)) {
      assertThat(next(watch)).isEqualTo("1 ada: a=1");
      assertThat(next(watch)).isEqualTo("3 ada: a=3");
    }
  }

  /// Each watcher closes its watch now and then and comes back behind what it saw last.
  @Test
  void everyCommitIsSeenOnceInOrderWhateverReconnects() throws Exception {
    int writers = 4;
    int each = 200;
    int commits = writers * each;
    List<Callable<List<Long>>> acts = new ArrayList<>();
    for (int i = 0; i < writers; i++) {
      String key = "w" + i;
      acts.add(() -> writeMany(key, each));
    }
    acts.add(() -> followed(commits, 7));
    acts.add(() -> followed(commits, 1_000));
    List<Long> all = LongStream.rangeClosed(1, commits).boxed().toList();
    try (var threads = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("w").factory())) {
      for (Future<List<Long>> seen : threads.invokeAll(acts)) {
        assertThat(seen.get()).isIn(List.of(), all);
      }
    }
  }

  private List<Long> writeMany(String key, int times) {
    for (int i = 0; i < times; i++) {
      sound.scribe().write(PRODUCTION, key + "=" + i);
    }
    return List.of();
  }

  private List<Long> followed(int commits, int untilReconnect) throws InterruptedException {
    List<Long> revisions = new ArrayList<>();
    while (revisions.size() < commits) {
      long last = revisions.isEmpty() ? 0 : revisions.getLast();
      try (Watch watch = sound.store().watch(PRODUCTION, "", last)) {
        for (int i = 0; i < untilReconnect && revisions.size() < commits; i++) {
          revisions.add(watch.next(PATIENCE).orElseThrow().revision());
        }
      }
    }
    return revisions;
  }

  @Test
  void whatWasCompactedIsSaidAndTheWatchGoesOnBehindIt() throws Exception {
    for (int i = 1; i <= 3; i++) {
      sound.scribe().write(PRODUCTION, "a=" + i);
    }
    sound.store().retain("", new Retention.Newest(1));
    sound.store().compact();
    try (Watch watch = sound.store().watch(PRODUCTION, "", 0)) {
      assertThat(watch.next(PATIENCE)).contains(new Seen.Compacted(3));
      sound.scribe().write(PRODUCTION, "a=4");
      assertThat(next(watch)).isEqualTo("4 ada: a=4");
    }
    try (Watch watch = sound.store().watch(PRODUCTION, "", 2)) {
      assertThat(next(watch)).isEqualTo("3 ada: a=3");
    }
  }

  @Test
  void closingTheStoreEndsTheWaiting() throws Exception {
    RocksStore other = RocksStore.open(sound.directory().resolve("other"), sound.clock());
    try (Watch watch = other.watch(PRODUCTION, "", 0);
        var threads = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("w").factory())) {
      Future<?> waiting = threads.submit(() -> watch.next(PATIENCE));
      other.close();
      assertThatThrownBy(waiting::get).hasMessageContaining("the store is closed");
    }
  }

  @Test
  void thereCanBeSoManyAndNoMore() {
    List<Watch> open = new ArrayList<>();
    for (int i = 0; i < Limits.WATCHES_MAX; i++) {
      open.add(sound.store().watch(PRODUCTION, "", 0));
    }
    assertThatThrownBy(() -> sound.store().watch(PRODUCTION, "", 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1000 watches are open");
    open.getFirst().close();
    open.getFirst().close();
    sound.store().watch(PRODUCTION, "", 0).close();
    open.forEach(Watch::close);
  }

  private static String next(Watch watch) throws InterruptedException {
    Seen seen = watch.next(PATIENCE).orElseThrow();
    return switch (seen) {
      case Seen.Compacted(long revision) -> "compacted up to " + revision;
      case Seen.Commit commit -> {
        List<String> changes = commit.changes().stream().map(WatchTest::told).toList();
        yield "%d %s: %s".formatted(commit.revision(), commit.author(), String.join(" ", changes));
      }
    };
  }

  private static String told(Change change) {
    return change.key() + change.entry().map(entry -> "=" + entry.value().text()).orElse("");
  }
}
