package dev.stead.store.bench;

import dev.stead.store.Commit;
import dev.stead.store.Commit.Mutation.Put;
import dev.stead.store.CommitResult;
import dev.stead.store.Store;
import dev.stead.store.Value;
import dev.stead.store.rocks.RocksStore;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;

/// Durable puts by 1, 16 and 256 writers, by turns: RocksDB alone that writes a put as one record,
/// RocksDB alone that writes what the store writes of it (its entry and its commit), and the store.
///
/// The second says what of the distance to the first is the price of keeping history, and what is
/// the store's own.
final class Speed {
  private static final List<Integer> WRITERS = List.of(1, 16, 256);
  private static final int ROUNDS = 5;
  private static final double OF_BARE = 0.8;

  /// What a commit's record has beside its key: branch, time, lengths and an author.
  private static final int COMMIT_BYTES = 33;

  private final Path directory;
  private final Value value;

  Speed(Path directory, Value value) {
    this.directory = directory;
    this.value = value;
  }

  void measure(Bars bars) throws Exception {
    for (int writers : WRITERS) {
      Disk.print(directory, value.bytes());
      measure(Load.of(writers), bars);
    }
  }

  private void measure(Load load, Bars bars) throws Exception {
    int writers = load.clients();
    try (BareRocks bare = new BareRocks(directory.resolve("bare-" + writers));
        BareRocks same = new BareRocks(directory.resolve("same-" + writers));
        Store store = open("ours-" + writers)) {
      Way alone = new Way("bare RocksDB", client -> number -> put(bare, client, number));
      Way alike =
          new Way("bare RocksDB, same records", client -> number -> putBoth(same, client, number));
      Way ours = new Way("ours in process", client -> number -> put(store, client, number));
      Way.byTurns(load, ROUNDS, List.of(alone, alike, ours));
      System.out.printf(
          "ours / bare %.2f   ours / bare with the same records %.2f%n",
          ours.rate() / alone.rate(), ours.rate() / alike.rate());
      bars.atLeast("in-process-of-bare-at-" + writers, ours.rate() / alone.rate(), "×", OF_BARE);
    }
  }

  private void put(BareRocks bare, int client, long number) {
    bare.put(utf8(key(client, number)), value.bytes());
  }

  private void putBoth(BareRocks bare, int client, long number) {
    byte[] key = utf8(key(client, number));
    byte[] revision = ByteBuffer.allocate(Long.BYTES).putLong(number << 8 | client).array();
    bare.put(key, value.bytes(), revision, Arrays.copyOf(key, key.length + COMMIT_BYTES));
  }

  private void put(Store store, int client, long number) {
    Commit commit = Commit.of(Store.PRODUCTION, "bench", "", new Put(key(client, number), value));
    if (!(store.commit(commit) instanceof CommitResult.Committed)) {
      throw new IllegalStateException("a commit without conditions was refused");
    }
  }

  private RocksStore open(String name) {
    return RocksStore.open(directory.resolve(name), InstantSource.system());
  }

  static String key(int client, long number) {
    return "bench/%03d/%09d".formatted(client, number);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
