package dev.stead.store.bench;

import dev.stead.store.Commit;
import dev.stead.store.Commit.Mutation;
import dev.stead.store.Fork;
import dev.stead.store.Store;
import dev.stead.store.Value;
import dev.stead.store.rocks.RocksStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// What a read, a put, a fork and an opening cost by one caller when the store holds 100,000 keys,
/// and when it holds ten times as many, all with ten revisions each.
final class Size {
  private static final int FEW = 100_000;
  private static final int MANY = 1_000_000;
  private static final int REVISIONS = 10;
  private static final String NAME = "grown";
  private static final Duration QUIET = Duration.ofSeconds(4);
  private static final int LETTERS = 1 << 16;
  private static final int KEYS_PER_COMMIT = 10_000;
  private static final int WARM_READS = 50_000;
  private static final int READS = 100_000;
  private static final int PUTS = 1_000;
  private static final int FORKS = 200;

  private static final double READ_MICROS_MAX = 20;
  private static final double FORK_MILLIS_MAX = 1;
  private static final double OPEN_MILLIS_MAX = 1_000;
  private static final double GROWTH_MAX = 2;

  private final Path directory;
  private final int valueBytes;
  private final Random random = new Random(FEW);

  /// Values are pieces of it, so that no two that stand together are alike.
  private final byte[] letters = new byte[LETTERS];

  Size(Path directory, Value value) {
    this.directory = directory;
    this.valueBytes = value.bytes().length;
    for (int i = 0; i < letters.length; i++) {
      letters[i] = (byte) ('a' + random.nextInt('z' - 'a'));
    }
  }

  private Value value() {
    int from = random.nextInt(LETTERS - valueBytes);
    return new Value("text/plain", Arrays.copyOfRange(letters, from, from + valueBytes));
  }

  /// The middle of each, in nanoseconds.
  private record Costs(long read, long put, long fork, long open) {}

  void measure(Bars bars) throws IOException {
    Disk.print(directory, value().bytes());
    fill(0, FEW);
    Costs few = costs(FEW);
    fill(FEW, MANY);
    Costs many = costs(MANY);
    bars.atMost("read-p50", many.read / 1e3, "µs", READ_MICROS_MAX);
    bars.atMost("fork-p50", many.fork / 1e6, "ms", FORK_MILLIS_MAX);
    bars.atMost("open", many.open / 1e6, "ms", OPEN_MILLIS_MAX);
    bars.atMost("read-growth", growth(few.read, many.read), "×", GROWTH_MAX);
    bars.atMost("put-growth", growth(few.put, many.put), "×", GROWTH_MAX);
    bars.atMost("fork-growth", growth(few.fork, many.fork), "×", GROWTH_MAX);
  }

  private static double growth(long few, long many) {
    return (double) many / few;
  }

  private void fill(int from, int to) {
    long begin = System.nanoTime();
    try (Store store = open()) {
      for (int revision = 0; revision < REVISIONS; revision++) {
        for (int first = from; first < to; first += KEYS_PER_COMMIT) {
          Mutation[] puts =
              IntStream.range(first, first + KEYS_PER_COMMIT)
                  .mapToObj(key -> new Mutation.Put(key(key), value()))
                  .toArray(Mutation[]::new);
          store.commit(Commit.of(Store.PRODUCTION, "bench", "", puts));
        }
      }
    }
    System.out.printf(
        "%,d keys × %d filled in %d s%n",
        to - from, REVISIONS, (System.nanoTime() - begin) / 1_000_000_000);
  }

  private Costs costs(int keys) throws IOException {
    long begin = System.nanoTime();
    try (Store store = open()) {
      long open = System.nanoTime() - begin;
      settle();
      times(WARM_READS, number -> read(store, keys));
      Histogram reads = times(READS, number -> read(store, keys));
      Histogram puts = times(PUTS, number -> put(store, keys));
      Histogram forks = times(FORKS, number -> fork(store, keys + "/" + number));
      System.out.printf(
          "%,9d keys: open %d ms   read %s   put %s   fork %s%n",
          keys, open / 1_000_000, text(reads), text(puts), text(forks));
      return new Costs(reads.quantile(0.5), puts.quantile(0.5), forks.quantile(0.5), open);
    }
  }

  /// Waits until RocksDB has sorted what was filled in: no file of it changes any more.
  private void settle() throws IOException {
    long begin = System.nanoTime();
    long before = -1;
    for (long now = bytes(); now != before; now = bytes()) {
      before = now;
      LockSupport.parkNanos(QUIET.toNanos());
    }
    System.out.printf(
        "settled in %d s, %d MiB%n", (System.nanoTime() - begin) / 1_000_000_000, before >> 20);
  }

  /// Of its files now: RocksDB makes and removes some meanwhile, and one that is gone has none.
  private long bytes() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve(NAME).resolve("rocks"))) {
      return files.mapToLong(file -> file.toFile().length()).sum();
    }
  }

  private static String text(Histogram times) {
    return "p50 %.1f p99 %.1f µs".formatted(times.quantile(0.5) / 1e3, times.quantile(0.99) / 1e3);
  }

  private interface Act {
    void act(int number);
  }

  private static Histogram times(int count, Act act) {
    Histogram times = new Histogram();
    for (int i = 0; i < count; i++) {
      long begin = System.nanoTime();
      act.act(i);
      times.add(System.nanoTime() - begin);
    }
    return times;
  }

  private void read(Store store, int keys) {
    String key = key(random.nextInt(keys));
    if (store.get(Store.PRODUCTION, key).isEmpty()) {
      throw new IllegalStateException("there is no " + key);
    }
  }

  private void put(Store store, int keys) {
    Mutation put = new Mutation.Put(key(random.nextInt(keys)), value());
    store.commit(Commit.of(Store.PRODUCTION, "bench", "", put));
  }

  private static void fork(Store store, String name) {
    store.fork(Fork.of(name, Store.PRODUCTION, "bench", ""));
  }

  private Store open() {
    return RocksStore.open(directory.resolve(NAME), InstantSource.system());
  }

  private static String key(int number) {
    return "bench/%09d".formatted(number);
  }
}
