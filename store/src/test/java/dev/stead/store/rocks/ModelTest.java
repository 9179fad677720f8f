package dev.stead.store.rocks;

import static dev.stead.store.Store.PRODUCTION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.store.Change;
import dev.stead.store.CompactedException;
import dev.stead.store.Fork;
import dev.stead.store.Merge;
import dev.stead.store.MergeResult;
import dev.stead.store.Retention;
import dev.stead.store.Revert;
import dev.stead.store.Side;
import dev.stead.store.Watch;
import dev.stead.store.Watch.Seen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/// Whatever is done to a store, it says what a naive [Model] says to which the same is done. jqwik
/// prints the seed, and runs a failed one again first.
final class ModelTest {
  private static final int TRIES = 30;
  private static final int OPERATIONS = 400;
  private static final int BRANCHES_MAX = 8;
  private static final String COMPACTED = "t/";
  private static final List<String> KEYS =
      List.of("a", "a/b", "a/c", "b", "\u00e9", "t/a", "t/b", "t/c");

  @Property(tries = TRIES)
  void theStoreIsTheModel(@ForAll("operations") List<Operation> operations) throws Exception {
    Path directory = Files.createTempDirectory("stead-model");
    try (Pair pair = new Pair(directory)) {
      for (Operation operation : operations) {
        pair.run(operation);
      }
      pair.compareAll();
    } finally {
      delete(directory);
    }
  }

  @Provide
  Arbitrary<List<Operation>> operations() {
    Arbitrary<Integer> number = Arbitraries.integers().between(0, 1_000_000);
    Arbitrary<Kind> kind =
        Arbitraries.frequencyOf(
            Tuple.of(12, Arbitraries.of(Kind.COMMIT)),
            Tuple.of(6, Arbitraries.of(Kind.READ)),
            Tuple.of(2, Arbitraries.of(Kind.MERGE, Kind.REVERT, Kind.FORK)),
            Tuple.of(1, Arbitraries.of(Kind.COMPACT, Kind.WATCH)));
    return Combinators.combine(kind, number, number, number)
        .as(Operation::new)
        .list()
        .ofSize(OPERATIONS);
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  enum Kind {
    COMMIT,
    READ,
    MERGE,
    REVERT,
    FORK,
    COMPACT,
    WATCH
  }

  /// What to do, with numbers that choose among what is there.
  record Operation(Kind kind, int one, int other, int third) {
    <T> T choose(int by, List<T> from) {
      return from.get(by % from.size());
    }

    Side side() {
      return third % 2 == 0 ? Side.OURS : Side.THEIRS;
    }
  }

  /// A store and its model.
  private static final class Pair implements AutoCloseable {
    private final RocksStore store;
    private final Scribe scribe;
    private final Model model = new Model(PRODUCTION);

    /// Branches that were forked from the past: what they saw there may have been compacted before.
    private final Set<String> ofThePast = new HashSet<>();

    Pair(Path directory) {
      store = RocksStore.open(directory, new MovingClock());
      scribe = new Scribe(store);
      store.retain(COMPACTED, new Retention.Newest(2));
    }

    void run(Operation operation) throws InterruptedException {
      String branch = operation.choose(operation.one(), model.branches());
      switch (operation.kind()) {
        case COMMIT -> commit(branch, operation);
        case READ -> read(branch, operation);
        case MERGE -> merge(branch, operation);
        case REVERT -> revert(operation);
        case FORK -> fork(branch, operation);
        case COMPACT -> store.compact();
        case WATCH -> watch(branch, operation);
      }
      assertThat(store.head()).isEqualTo(model.head());
    }

    private void commit(String branch, Operation operation) {
      Map<String, Optional<String>> changes = new TreeMap<>();
      for (int i = 0; i <= operation.third() % 3; i++) {
        String key = operation.choose(operation.other() + i, KEYS);
        boolean put = (operation.third() + i) % 4 != 0;
        changes.put(key, put ? Optional.of("v" + operation.third() % 7) : Optional.empty());
      }
      scribe.write(
          branch,
          changes.entrySet().stream()
              .map(change -> change.getKey() + change.getValue().map(v -> "=" + v).orElse(""))
              .toArray(String[]::new));
      model.commit(branch, changes);
    }

    private void read(String branch, Operation operation) {
      long revision = operation.other() % (model.head() + 1);
      compare(branch, operation.choose(operation.third(), KEYS), revision);
    }

    private void merge(String target, Operation operation) {
      String source = operation.choose(operation.other(), model.branches());
      if (source.equals(target)) {
        return;
      }
      Map<String, Side> sides =
          KEYS.stream().collect(Collectors.toMap(key -> key, _ -> operation.side()));
      Merge merge = Merge.of(source, target, Merge.Mode.THREE_WAY, "ada", "").resolved(sides);
      Optional<MergeResult> result = unlessCompacted(() -> store.merge(merge));
      if (result.isPresent()) {
        assertThat(result.orElseThrow() instanceof MergeResult.Merged)
            .isEqualTo(model.merge(source, target, operation.side()));
      }
    }

    private void revert(Operation operation) {
      if (model.head() == 0) {
        return;
      }
      long revision = 1 + operation.other() % model.head();
      Map<String, Side> sides = new HashMap<>();
      KEYS.forEach(key -> sides.put(key, operation.side()));
      Revert revert = Revert.of(model.branchOf(revision), revision, "ada", "").resolved(sides);
      Optional<MergeResult> result = unlessCompacted(() -> store.revert(revert));
      if (result.isPresent()) {
        assertThat(result.orElseThrow() instanceof MergeResult.Merged)
            .isEqualTo(model.revert(revision, operation.side()));
      }
    }

    private interface Act {
      MergeResult run();
    }

    private static Optional<MergeResult> unlessCompacted(Act act) {
      try {
        return Optional.of(act.run());
      } catch (CompactedException e) {
        assertThat(e).hasMessageContaining("'" + COMPACTED);
        return Optional.empty();
      }
    }

    private void fork(String parent, Operation operation) {
      if (model.branches().size() == BRANCHES_MAX) {
        return;
      }
      String name = "fork-" + model.branches().size();
      Fork fork = Fork.of(name, parent, "ada", "");
      boolean past = operation.third() % 3 == 0;
      long revision = past ? operation.other() % (model.head() + 1) : model.head();
      store.fork(past ? fork.at(revision) : fork);
      model.fork(name, parent, revision);
      if (past || ofThePast.contains(parent)) {
        ofThePast.add(name);
      }
    }

    /// Every commit once, in order; where some were compacted, those behind them.
    private void watch(String branch, Operation operation) throws InterruptedException {
      long after = operation.other() % (model.head() + 1);
      String prefix = operation.choose(operation.third(), List.of("", "a", "t/"));
      List<Long> expected = model.revisions(branch, prefix, after);
      List<Long> seen = new ArrayList<>();
      try (Watch watch = store.watch(branch, prefix, after)) {
        for (Optional<Seen> next = watch.next(Duration.ZERO);
            next.isPresent();
            next = watch.next(Duration.ZERO)) {
          if (next.orElseThrow() instanceof Seen.Compacted) {
            assertThat(prefix).isNotEqualTo("a");
            return;
          }
          seen.add(next.orElseThrow().revision());
        }
      }
      assertThat(seen).isEqualTo(expected);
    }

    private void compare(String branch, String key, long revision) {
      String expected = model.state(branch, revision).getOrDefault(key, "");
      try {
        assertThat(scribe.read(branch, key, revision))
            .as("%s of %s at %d", key, branch, revision)
            .isEqualTo(expected);
      } catch (CompactedException e) {
        assertThat(key).startsWith(COMPACTED);
        assertThat(revision < model.head() || ofThePast.contains(branch)).isTrue();
      }
    }

    void compareAll() {
      for (String branch : model.branches()) {
        for (String key : KEYS) {
          compare(branch, key, model.head());
          compare(branch, key, model.head() / 2);
        }
        Map<String, String> expected = model.state(branch, model.head());
        assertThat(scribe.list(branch, "a"))
            .isEqualTo(
                expected.entrySet().stream()
                    .filter(entry -> entry.getKey().startsWith("a"))
                    .map(entry -> entry.getKey() + "=" + entry.getValue())
                    .toList());
        assertThat(store.history(branch, "a", 1_000).stream().map(Change::revision).distinct())
            .isEqualTo(model.revisions(branch, "a", 0).reversed());
      }
      assertThat(store.check()).isEmpty();
    }

    @Override
    public void close() {
      store.close();
    }
  }
}
