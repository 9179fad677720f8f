package dev.stead.store.rocks;

import static dev.stead.store.Store.PRODUCTION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stead.store.Commit;
import dev.stead.store.Commit.Condition;
import dev.stead.store.Commit.Mutation;
import dev.stead.store.Commit.Mutation.Put;
import dev.stead.store.CommitResult.Committed;
import dev.stead.store.Fork;
import dev.stead.store.Limits;
import dev.stead.store.Point;
import dev.stead.store.Retention;
import dev.stead.store.Scope;
import dev.stead.store.Value;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.WriteBatch;

/// What reaches a limit is taken, what exceeds it by one is refused by name and leaves nothing. How
/// many watches there can be is told in [WatchTest].
@Timeout(60)
final class LimitsTest {
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
  void keys() {
    String longest = "ü".repeat(Limits.KEY_BYTES_MAX / 2);
    commit(put(longest, 1));
    assertThat(store.get(PRODUCTION, longest)).isPresent();
    assertRefused(() -> commit(put(longest + "k", 1)), "a key has 1025 bytes; it can have 1024");
    assertRefused(() -> store.get(PRODUCTION, longest + "k"), "a key has 1025 bytes");
    assertRefused(() -> store.list(PRODUCTION, longest + "k"), "a prefix has 1025 bytes");
    assertRefused(() -> commit(put("", 1)), "a key must not be empty");
    assertRefused(() -> commit(put("a\0b", 1)), "contains what is no text");
  }

  @Test
  void values() {
    commit(put("large", Limits.VALUE_BYTES_MAX));
    assertThat(store.get(PRODUCTION, "large").orElseThrow().value().bytes())
        .hasSize(Limits.VALUE_BYTES_MAX);
    assertRefused(
        () -> commit(put("larger", Limits.VALUE_BYTES_MAX + 1)),
        "1048577 bytes in the value of larger; there can be 1048576");

    String type = "t".repeat(Limits.CONTENT_TYPE_BYTES_MAX);
    commit(new Put("typed", new Value(type, new byte[0])));
    assertThat(store.get(PRODUCTION, "typed").orElseThrow().value().contentType()).isEqualTo(type);
    assertRefused(
        () -> commit(new Put("typed", new Value(type + "t", new byte[0]))),
        "the content type has 256 bytes; it can have 255");
  }

  @Test
  void theBytesOfACommit() {
    commit(sharing(Limits.COMMIT_BYTES_MAX));
    assertRefused(
        () -> commit(sharing(Limits.COMMIT_BYTES_MAX + 1)),
        "8388609 bytes in a commit; there can be 8388608");
  }

  /// Sixteen puts of so many bytes in all, keys and content types counted.
  private static Mutation[] sharing(int bytes) {
    int puts = 16;
    int each = bytes / puts;
    Mutation[] mutations = new Mutation[puts];
    for (int i = 0; i < puts; i++) {
      int extra = i == 0 ? bytes % puts : 0;
      mutations[i] =
          put("part-%02d".formatted(i), each + extra - "part-00".length() - "t".length());
    }
    return mutations;
  }

  @Test
  void theChangesAndConditionsOfACommit() {
    Mutation[] most =
        IntStream.range(0, Limits.COMMIT_MUTATIONS_MAX)
            .mapToObj(i -> put("key-" + i, 0))
            .toArray(Mutation[]::new);
    commit(most);
    List<Mutation> more = new ArrayList<>(List.of(most));
    more.add(put("one more", 0));
    assertRefused(
        () -> commit(more.toArray(Mutation[]::new)),
        "10001 changes in a commit; there can be 10000");

    List<Condition> holding = new ArrayList<>();
    for (int i = 0; i < Limits.COMMIT_CONDITIONS_MAX; i++) {
      holding.add(new Condition.KeyAbsent("absent-" + i));
    }
    assertThat(store.commit(conditional(holding))).isEqualTo(new Committed(2));
    holding.add(new Condition.KeyAbsent("absent"));
    assertRefused(
        () -> store.commit(conditional(holding)),
        "10001 conditions of a commit; there can be 10000");
    assertRefused(() -> commit(put("a", 0), put("a", 0)), "a commit changes the key 'a' twice");
  }

  private static Commit conditional(List<Condition> conditions) {
    return new Commit(PRODUCTION, "ada", "", conditions, List.of(put("a", 0)));
  }

  @Test
  void authorsAndMessages() {
    String author = "a".repeat(Limits.AUTHOR_BYTES_MAX);
    String message = "m".repeat(Limits.MESSAGE_BYTES_MAX);
    store.commit(Commit.of(PRODUCTION, author, message, put("a", 0)));
    assertRefused(
        () -> store.commit(Commit.of(PRODUCTION, author + "a", "", put("a", 0))),
        "the author has 257 bytes; it can have 256");
    assertRefused(
        () -> store.commit(Commit.of(PRODUCTION, "", message + "m", put("a", 0))),
        "the message has 4097 bytes; it can have 4096");
  }

  @Test
  void pagesOfListsAndHistories() {
    commit(put("a", 0));
    assertThat(store.history(PRODUCTION, "", Limits.HISTORY_MAX)).hasSize(1);
    assertThat(store.versions(newest(), "a", Limits.HISTORY_MAX)).hasSize(1);
    assertThat(store.list(newest(), "", "", Limits.LIST_MAX)).hasSize(1);
    assertRefused(
        () -> store.history(PRODUCTION, "", Limits.HISTORY_MAX + 1),
        "a history of 1001 changes; it can have 1 … 1000");
    assertRefused(
        () -> store.versions(newest(), "a", Limits.HISTORY_MAX + 1), "a history of 1001 changes");
    assertRefused(() -> store.history(PRODUCTION, "", 0), "a history of 0 changes");
    assertRefused(
        () -> store.list(newest(), "", "", Limits.LIST_MAX + 1),
        "a list of 10001 keys; it can have 1 … 10000");
  }

  private static Point newest() {
    return Point.newest(PRODUCTION);
  }

  @Test
  void namesOfBranches() {
    String longest = "b".repeat(Limits.BRANCH_NAME_BYTES_MAX);
    store.fork(Fork.of(longest, PRODUCTION, "ada", ""));
    assertRefused(
        () -> store.fork(Fork.of(longest + "b", PRODUCTION, "ada", "")),
        "the name of a branch has 256 bytes; it can have 255");
    assertRefused(
        () -> store.fork(Fork.of("", PRODUCTION, "ada", "")), "a branch must have a name");
  }

  @Test
  void branches() throws Exception {
    store.close();
    fork(2, Limits.BRANCHES_MAX - 1);
    store = RocksStore.open(directory, clock);
    store.fork(Fork.of("the last", PRODUCTION, "ada", ""));
    assertThat(store.branches()).hasSize(Limits.BRANCHES_MAX);
    assertRefused(
        () -> store.fork(Fork.of("one more", PRODUCTION, "ada", "")),
        "10001 branches; there can be 10000");

    store.deleteBranch("the last");
    store.fork(Fork.of("one more", PRODUCTION, "ada", ""));
  }

  /// Makes the branches of these numbers in one batch: one by one they take a sync each.
  private void fork(int first, int last) throws Exception {
    try (HighWaterMark mark = HighWaterMark.open(directory);
        Engine engine = new Recovery(directory, mark).open().engine();
        Group group = new Group(engine)) {
      for (int number = first; number <= last; number++) {
        String name = "fork-" + number;
        Scope all = Scope.everything();
        group.addBranch(
            new Format.BranchRecord(number, name, 1, 0, all, "ada", "", clock.instant(), true));
      }
      group.write();
      mark.advance(engine.batches());
    }
  }

  @Test
  void forksOfForks() {
    String parent = PRODUCTION;
    for (int depth = 1; depth <= Limits.FORK_DEPTH_MAX; depth++) {
      store.fork(Fork.of("deep-" + depth, parent, "ada", ""));
      parent = "deep-" + depth;
    }
    commit(put("a", 0));
    assertThat(store.get(parent, "a")).isEmpty();
    String deepest = parent;
    assertRefused(
        () -> store.fork(Fork.of("deeper", deepest, "ada", "")),
        "33 forks of forks; there can be 32");
  }

  @Test
  void rulesOfRetention() throws Exception {
    store.close();
    try (HighWaterMark mark = HighWaterMark.open(directory);
        Engine engine = new Recovery(directory, mark).open().engine();
        WriteBatch batch = new WriteBatch()) {
      byte[] rule = Format.retention(new Retention.Newest(1)).orElseThrow();
      for (int i = 1; i < Limits.RETENTIONS_MAX; i++) {
        batch.put(engine.family(Engine.Family.RETENTION), Format.utf8("rule-" + i), rule);
      }
      engine.write(batch, new Engine.State(engine.branches(), engine.head(), engine.time()));
      mark.advance(engine.batches());
    }
    store = RocksStore.open(directory, clock);
    store.retain("the last", new Retention.Newest(1));
    assertThat(store.retentions()).hasSize(Limits.RETENTIONS_MAX);
    assertRefused(
        () -> store.retain("one more", new Retention.Newest(1)),
        "1001 rules of retention; there can be 1000");
    store.retain("the last", new Retention.Newest(2));
  }

  @Test
  void leases() {
    Duration longest = Limits.LEASE_TIME_TO_LIVE_MAX;
    store.acquire("apps/cv", "ada", "", longest);
    assertRefused(
        () -> store.acquire("apps/cv", "ada", "", longest.plusMillis(1)),
        "a lease cannot live for PT1H0.001S; it can for 1 ms … PT1H");
    assertRefused(() -> store.acquire("apps/cv", "", "", longest), "must have an owner");
  }

  private void commit(Mutation... mutations) {
    store.commit(Commit.of(PRODUCTION, "ada", "", mutations));
  }

  private static Put put(String key, int bytes) {
    return new Put(key, new Value("t", new byte[bytes]));
  }

  private void assertRefused(ThrowingCallable act, String why) {
    long before = store.head();
    assertThatThrownBy(act).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(why);
    assertThat(store.head()).isEqualTo(before);
  }
}
