package dev.stead.store.rocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stead.store.Change;
import dev.stead.store.Commit;
import dev.stead.store.Commit.Condition.HeadAt;
import dev.stead.store.Commit.Condition.KeyAbsent;
import dev.stead.store.Commit.Condition.KeyAt;
import dev.stead.store.Commit.Mutation.Delete;
import dev.stead.store.Commit.Mutation.Put;
import dev.stead.store.CommitResult;
import dev.stead.store.CommitResult.Committed;
import dev.stead.store.CommitResult.Conflict;
import dev.stead.store.Entry;
import dev.stead.store.Limits;
import dev.stead.store.Store;
import dev.stead.store.StoreException;
import dev.stead.store.Value;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RocksStoreTest {
  private static final String BRANCH = Store.PRODUCTION;

  @TempDir Path directory;
  private final MovingClock clock = new MovingClock();
  private RocksStore store;

  @BeforeEach
  void open() {
    store = RocksStore.open(directory, clock);
  }

  @AfterEach
  void checkAndClose() {
    assertThat(store.check()).isEmpty();
    store.close();
  }

  @Test
  void aNewStoreIsEmpty() {
    assertThat(store.head()).isZero();
    assertThat(store.get(BRANCH, "a")).isEmpty();
    assertThat(store.list(BRANCH, "")).isEmpty();
    assertThat(store.history(BRANCH, "", 10)).isEmpty();
  }

  @Test
  void eachCommitIsTheNextRevision() {
    assertThat(commit(put("a", "1"))).isEqualTo(new Committed(1));
    assertThat(commit(put("b", "2"), put("c", "3"))).isEqualTo(new Committed(2));

    assertThat(store.head()).isEqualTo(2);
    assertThat(store.get(BRANCH, "c")).contains(new Entry("c", 2, value("3")));
  }

  @Test
  void everyRevisionStaysReadableAlsoAcrossADelete() {
    commit(put("a", "1"));
    commit(put("a", "2"));
    commit(new Delete("a"));
    commit(put("a", "4"));

    assertThat(store.get(BRANCH, "a", 0)).isEmpty();
    assertThat(store.get(BRANCH, "a", 1)).contains(new Entry("a", 1, value("1")));
    assertThat(store.get(BRANCH, "a", 2)).contains(new Entry("a", 2, value("2")));
    assertThat(store.get(BRANCH, "a", 3)).isEmpty();
    assertThat(store.get(BRANCH, "a", 4)).contains(new Entry("a", 4, value("4")));
    assertThat(store.get(BRANCH, "a")).contains(new Entry("a", 4, value("4")));
  }

  @Test
  void aKeyKeepsItsValueAtRevisionsThatChangedOthers() {
    commit(put("a", "1"));
    commit(put("b", "2"));

    assertThat(store.get(BRANCH, "a", 2)).contains(new Entry("a", 1, value("1")));
  }

  @Test
  void aListShowsWhatIsLiveUnderThePrefixAtTheRevision() {
    commit(put("apps", "0"), put("apps/a", "1"), put("apps/a/x", "1"), put("apps/b", "1"));
    commit(put("apps/a", "2"), new Delete("apps/b"), put("apps/c", "2"), put("bpps", "2"));
    commit(put("apps/b", "3"), put("apps/a\u0001", "3"));

    assertThat(texts(store.list(BRANCH, "apps/", 1)))
        .containsExactly("apps/a=1", "apps/a/x=1", "apps/b=1");
    assertThat(texts(store.list(BRANCH, "apps/", 2)))
        .containsExactly("apps/a=2", "apps/a/x=1", "apps/c=2");
    assertThat(texts(store.list(BRANCH, "apps/")))
        .containsExactly("apps/a=2", "apps/a\u0001=3", "apps/a/x=1", "apps/b=3", "apps/c=2");
    assertThat(store.list(BRANCH, "apps/a", 0)).isEmpty();
  }

  @Test
  void historyTellsNewestFirstWhoDidWhatWhenAndWhy() {
    store.commit(Commit.of(BRANCH, "ada", "first", put("a/x", "1"), put("b", "1")));
    clock.advance(Duration.ofMinutes(1));
    store.commit(Commit.of(BRANCH, "bob", "gone", new Delete("a/x")));

    List<Change> history = store.history(BRANCH, "a/", 10);

    assertThat(history)
        .containsExactly(
            new Change("a/x", 2, clock.instant(), "bob", "gone", Optional.empty()),
            new Change(
                "a/x",
                1,
                clock.instant().minus(Duration.ofMinutes(1)),
                "ada",
                "first",
                Optional.of(new Entry("a/x", 1, value("1")))));
    assertThat(store.history(BRANCH, "", 2)).extracting(Change::revision).containsExactly(2L, 1L);
  }

  @Test
  void aCommitWhoseConditionFailsWritesNothingAndTellsWhatItFound() {
    commit(put("a", "1"));
    Commit change = Commit.of(BRANCH, "ada", "", put("a", "2"), put("b", "2"));

    assertThat(store.commit(change.when(new KeyAbsent("b"), new KeyAbsent("a"))))
        .isEqualTo(new Conflict(new KeyAbsent("a"), Optional.of(new Entry("a", 1, value("1")))));
    assertThat(store.commit(change.when(new KeyAt("a", 7))))
        .isEqualTo(new Conflict(new KeyAt("a", 7), Optional.of(new Entry("a", 1, value("1")))));
    assertThat(store.commit(change.when(new KeyAt("b", 1))))
        .isEqualTo(new Conflict(new KeyAt("b", 1), Optional.empty()));
    assertThat(store.commit(change.when(new HeadAt(0))))
        .isEqualTo(new Conflict(new HeadAt(0), Optional.empty()));
    assertThat(store.head()).isEqualTo(1);
    assertThat(store.get(BRANCH, "b")).isEmpty();
  }

  @Test
  void aCommitWhoseConditionsHoldIsApplied() {
    commit(put("a", "1"));

    Commit change = Commit.of(BRANCH, "ada", "", put("a", "2"));
    assertThat(store.commit(change.when(new KeyAt("a", 1), new HeadAt(1), new KeyAbsent("b"))))
        .isEqualTo(new Committed(2));
  }

  @Test
  void aDeletedKeyIsAbsentAndAtNoRevision() {
    commit(put("a", "1"));
    commit(new Delete("a"));

    Commit change = Commit.of(BRANCH, "ada", "", put("a", "3"));
    assertThat(store.commit(change.when(new KeyAt("a", 2)))).isInstanceOf(Conflict.class);
    assertThat(store.commit(change.when(new KeyAbsent("a")))).isEqualTo(new Committed(3));
  }

  @Test
  void ofConcurrentConditionalWritersExactlyOneWins() throws Exception {
    commit(put("counter", "0"));
    int writers = 8;
    int each = 25;

    List<Callable<Integer>> counting = new ArrayList<>();
    for (int writer = 0; writer < writers; writer++) {
      counting.add(() -> increment(each));
    }
    int conflicts = inParallel(counting).stream().mapToInt(Integer::intValue).sum();

    assertThat(store.get(BRANCH, "counter").orElseThrow().value().text())
        .isEqualTo(Integer.toString(writers * each));
    assertThat(store.head()).isEqualTo(1 + writers * each);
    assertThat(conflicts).as("writers met each other").isPositive();
  }

  /// Counts up so often, and tells how many conflicts it met.
  private int increment(int times) {
    int conflicts = 0;
    for (int done = 0; done < times; ) {
      Entry seen = store.get(BRANCH, "counter").orElseThrow();
      String next = Integer.toString(Integer.parseInt(seen.value().text()) + 1);
      Commit change = Commit.of(BRANCH, "ada", "", put("counter", next));
      switch (store.commit(change.when(new KeyAt("counter", seen.revision())))) {
        case Committed _ -> done++;
        case Conflict _ -> conflicts++;
      }
    }
    return conflicts;
  }

  @Test
  void concurrentCommitsAllGetTheirOwnRevision() throws Exception {
    List<Callable<CommitResult>> commits = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      String key = "k" + i;
      commits.add(() -> commit(put(key, key)));
    }

    assertThat(inParallel(commits)).doesNotHaveDuplicates().hasSize(300);
    assertThat(store.head()).isEqualTo(300);
    assertThat(store.list(BRANCH, "k")).hasSize(300);
  }

  @Test
  void allIsThereAfterReopening() {
    commit(put("a", "1"));
    commit(put("a", "2"));
    store.close();
    store = RocksStore.open(directory, clock);

    assertThat(store.head()).isEqualTo(2);
    assertThat(store.get(BRANCH, "a", 1)).contains(new Entry("a", 1, value("1")));
    assertThat(commit(put("a", "3"))).isEqualTo(new Committed(3));
  }

  @Test
  void whatExceedsALimitIsRefusedByName() {
    String longKey = "k".repeat(Limits.KEY_BYTES_MAX + 1);
    refused(() -> commit(put(longKey, "")), "a key has 1025 bytes; it can have 1024");
    refused(() -> commit(put("", "")), "a key must not be empty");
    refused(() -> commit(put("a\0b", "")), "U+0000");
    refused(() -> commit(put("a\ud800", "")), "half a surrogate pair");
    refused(() -> commit(put("a", "1"), new Delete("a")), "changes the key 'a' twice");
    byte[] big = new byte[Limits.VALUE_BYTES_MAX + 1];
    refused(
        () -> commit(new Put("a", new Value("x/y", big))),
        "1048577 bytes in the value of a; there can be 1048576");
    Put[] nine = new Put[9];
    for (int i = 0; i < nine.length; i++) {
      nine[i] = new Put("k" + i, new Value("x/y", new byte[Limits.VALUE_BYTES_MAX]));
    }
    refused(() -> commit(nine), "bytes in a commit");
    refused(() -> store.history(BRANCH, "", 0), "it can have 1 … 1000");
    refused(() -> store.get(BRANCH, "a", 1), "there is no revision 1; the newest is 0");
    refused(() -> store.get("staging", "a"), "there is no branch 'staging'; there is: production");
    refused(
        () -> store.commit(Commit.of("staging", "ada", "", put("a", "1"))), "no branch 'staging'");
    refused(() -> store.acquire("l", "me", "", Duration.ofHours(2)), "it can for 1 ms … PT1H");
  }

  @Test
  void theLargestCommitFits() {
    Put[] seven = new Put[7];
    for (int i = 0; i < seven.length; i++) {
      seven[i] = new Put("k" + i, new Value("x/y", new byte[Limits.VALUE_BYTES_MAX]));
    }
    assertThat(commit(seven)).isEqualTo(new Committed(1));
    assertThat(store.list(BRANCH, "k")).hasSize(7);
  }

  @Test
  void aSecondOpeningIsRefusedByName() {
    assertThatThrownBy(() -> RocksStore.open(directory, clock))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(directory.toString())
        .hasMessageContaining("process " + ProcessHandle.current().pid());
    assertThat(commit(put("a", "1"))).isEqualTo(new Committed(1));
  }

  @Test
  void aClosedStoreRefusesAndMayBeClosedAgain() {
    RocksStore closed = RocksStore.open(directory.resolve("other"), clock);
    closed.close();
    closed.close();
    assertThatThrownBy(closed::head).hasMessage("the store is closed");
    assertThatThrownBy(() -> closed.acquire("l", "me", "", Duration.ofSeconds(1)))
        .hasMessage("the store is closed");
    assertThat(Thread.getAllStackTraces().keySet())
        .filteredOn(thread -> thread.getName().equals("stead-store-committer"))
        .hasSize(1);
  }

  private static void refused(ThrowingCallable act, String message) {
    assertThatThrownBy(act)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  private static <T> List<T> inParallel(List<? extends Callable<T>> acts) throws Exception {
    List<T> results = new ArrayList<>();
    try (ExecutorService threads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("writer").factory())) {
      for (Future<T> result : threads.invokeAll(acts)) {
        results.add(result.get());
      }
    }
    return results;
  }

  private CommitResult commit(Commit.Mutation... mutations) {
    return store.commit(Commit.of(BRANCH, "ada", "test", mutations));
  }

  private static Put put(String key, String text) {
    return new Put(key, value(text));
  }

  private static Value value(String text) {
    return new Value("text/plain", text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> texts(List<Entry> entries) {
    return entries.stream().map(entry -> entry.key() + "=" + entry.value().text()).toList();
  }
}
