package dev.stead.store.rocks;

import static dev.stead.store.Store.PRODUCTION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.store.Commit;
import dev.stead.store.Commit.Condition;
import dev.stead.store.Commit.Condition.KeyAbsent;
import dev.stead.store.Commit.Condition.KeyAt;
import dev.stead.store.Commit.Mutation.Put;
import dev.stead.store.CommitResult.Committed;
import dev.stead.store.CommitResult.Conflict;
import dev.stead.store.Entry;
import dev.stead.store.rocks.Register.Call;
import dev.stead.store.rocks.Register.Seen;
import dev.stead.store.rocks.Register.Seen.Read;
import dev.stead.store.rocks.Register.Seen.Refused;
import dev.stead.store.rocks.Register.Seen.Swapped;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class LinearizabilityTest {
  private static final int CLIENTS = 8;
  private static final int CALLS_EACH = 250;
  private static final List<String> KEYS = List.of("a", "b", "c", "d");

  @TempDir Path directory;

  /// What a client saw of one of the keys.
  private record Noted(String key, Call call) {}

  @Test
  void whatConcurrentClientsSawCanHaveHappenedOneAfterTheOther() throws Exception {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Map<String, List<Call>> histories = new HashMap<>();
    try (RocksStore store = RocksStore.open(directory, new MovingClock());
        var threads =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("client").factory())) {
      List<Callable<List<Noted>>> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        Random random = new Random(seed + i);
        clients.add(() -> calls(store, random));
      }
      for (Future<List<Noted>> client : threads.invokeAll(clients)) {
        client
            .get()
            .forEach(
                noted ->
                    histories
                        .computeIfAbsent(noted.key(), _ -> new ArrayList<>())
                        .add(noted.call()));
      }
      assertThat(store.check()).isEmpty();
    }
    assertThat(histories).hasSize(KEYS.size());
    histories.forEach(
        (key, calls) -> {
          assertThat(calls).anyMatch(call -> call.seen() instanceof Swapped);
          assertThat(Register.isLinearizable(calls)).as(key).isTrue();
        });
    assertThat(histories.values().stream().flatMap(List::stream))
        .as("clients met each other")
        .anyMatch(call -> call.seen() instanceof Refused);
  }

  private static List<Noted> calls(RocksStore store, Random random) {
    List<Noted> noted = new ArrayList<>();
    Map<String, Long> known = new HashMap<>();
    for (int i = 0; i < CALLS_EACH; i++) {
      String key = KEYS.get(random.nextInt(KEYS.size()));
      long start = System.nanoTime();
      Seen seen =
          random.nextInt(3) == 0 ? read(store, key) : swap(store, key, known.getOrDefault(key, 0L));
      noted.add(new Noted(key, new Call(start, System.nanoTime(), seen)));
      known.put(
          key,
          switch (seen) {
            case Read(long revision) -> revision;
            case Swapped(long _, long to) -> to;
            case Refused(long _, long found) -> found;
          });
    }
    return noted;
  }

  private static Seen read(RocksStore store, String key) {
    return new Read(revision(store.get(PRODUCTION, key)));
  }

  private static Seen swap(RocksStore store, String key, long expected) {
    Condition condition = expected == 0 ? new KeyAbsent(key) : new KeyAt(key, expected);
    Commit commit = Commit.of(PRODUCTION, "ada", "", new Put(key, Scribe.value("x")));
    return switch (store.commit(commit.when(condition))) {
      case Committed(long revision) -> new Swapped(expected, revision);
      case Conflict(Condition _, Optional<Entry> found) -> new Refused(expected, revision(found));
    };
  }

  private static long revision(Optional<Entry> entry) {
    return entry.map(Entry::revision).orElse(0L);
  }

  @Test
  void historiesThatCanHaveHappenedAreAccepted() {
    assertAccepted(call(0, 1, new Swapped(0, 1)), call(2, 3, new Read(1)));
    // Both orders of what overlaps are fine.
    assertAccepted(call(0, 9, new Swapped(0, 1)), call(1, 2, new Read(0)));
    assertAccepted(call(0, 9, new Swapped(0, 1)), call(1, 2, new Read(1)));
    assertAccepted(
        call(0, 9, new Refused(0, 2)),
        call(1, 8, new Swapped(1, 2)),
        call(2, 7, new Swapped(0, 1)),
        call(3, 4, new Read(0)));
  }

  @Test
  void historiesThatCannotHaveHappenedAreRefused() {
    // A read of what was replaced before it began.
    assertRefused(
        call(0, 1, new Swapped(0, 1)), call(2, 3, new Swapped(1, 2)), call(4, 5, new Read(1)));
    // A lost update.
    assertRefused(call(0, 9, new Swapped(0, 1)), call(0, 9, new Swapped(0, 2)));
    // A read of what was never written.
    assertRefused(call(0, 9, new Swapped(0, 1)), call(0, 9, new Read(7)));
    // A refusal although what was expected was there.
    assertRefused(call(0, 1, new Swapped(0, 1)), call(2, 3, new Refused(1, 1)));
    // Two readers who saw two writes in different orders.
    assertRefused(call(0, 9, new Swapped(0, 1)), call(1, 2, new Read(1)), call(3, 4, new Read(0)));
    // An acknowledged write that is gone.
    assertRefused(call(0, 1, new Swapped(0, 1)), call(2, 3, new Read(0)));
  }

  private static Call call(long start, long end, Seen seen) {
    return new Call(start, end, seen);
  }

  private static void assertAccepted(Call... calls) {
    assertThat(Register.isLinearizable(List.of(calls))).isTrue();
  }

  private static void assertRefused(Call... calls) {
    assertThat(Register.isLinearizable(List.of(calls))).isFalse();
  }
}
