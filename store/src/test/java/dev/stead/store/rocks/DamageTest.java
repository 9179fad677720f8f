package dev.stead.store.rocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stead.store.Commit;
import dev.stead.store.Commit.Mutation.Put;
import dev.stead.store.Lease;
import dev.stead.store.Store;
import dev.stead.store.StoreException;
import dev.stead.store.Value;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/// Damage is found: at opening where acknowledged writes are gone, by `check` where the state is
/// not sound.
@Timeout(60)
final class DamageTest {
  private static final int COMMITS = 20;

  @TempDir Path directory;
  private final MovingClock clock = new MovingClock();

  @Test
  void aTornTailThatWasNeverAcknowledgedIsDroppedAndReported() throws Exception {
    fill();
    Path log = log();
    byte[] startOfRecord = Arrays.copyOf(Files.readAllBytes(log), 300);
    Files.write(log, startOfRecord, StandardOpenOption.APPEND);

    try (HighWaterMark mark = HighWaterMark.open(directory)) {
      Recovery.Recovered recovered = new Recovery(directory, mark).open();
      assertThat(recovered.dropped()).hasSize(1).first().asString().contains("dropping");
      recovered.engine().close();
    }
    assertSound();
  }

  @Test
  void aLogThatLostAcknowledgedWritesIsRefusedAndLeftAsItLies() throws Exception {
    fill();
    Path log = log();
    byte[] whole = Files.readAllBytes(log);

    for (int cut : List.of(1, 100, 600, whole.length - 10)) {
      Files.write(log, Arrays.copyOf(whole, whole.length - cut));
      assertThatThrownBy(() -> RocksStore.open(directory, clock))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("but 20 were acknowledged")
          .hasMessageContaining("Nothing was changed");
    }

    Files.write(log, whole);
    assertSound();
  }

  @Test
  void aTornMarkFallsBackToItsOtherSlot() throws Exception {
    fill();
    Path mark = directory.resolve(HighWaterMark.FILE);
    flip(mark, COMMITS % 2 * 16);
    assertSound();

    flip(mark, 0);
    flip(mark, 16);
    assertThatThrownBy(() -> RocksStore.open(directory, clock))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("is damaged");
    Files.delete(mark);
    assertSound();
  }

  @Test
  void aStoreWhoseFilesAreGoneIsNotTakenForANewOne() throws Exception {
    fill();
    Files.move(directory.resolve("rocks"), directory.resolve("elsewhere"));
    assertThatThrownBy(() -> RocksStore.open(directory, clock))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("is missing, but 20 batches were acknowledged");

    Files.move(directory.resolve("elsewhere"), directory.resolve("rocks"));
    assertSound();
  }

  @Test
  void anUnfinishedCreationIsStartedAnew() throws Exception {
    Path unfinished = Files.createDirectories(directory.resolve("rocks.new"));
    Files.writeString(unfinished.resolve("CURRENT"), "MANIFEST-000001\n");
    fill();
    assertSound();
    assertThat(unfinished).doesNotExist();
  }

  @Test
  void anUnknownFormatIsRefusedByName() throws Exception {
    fill();
    seed((engine, batch) -> batch.put(Format.VERSION_KEY, Format.utf8("stead-store/9")));
    assertThatThrownBy(() -> RocksStore.open(directory, clock))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(
            "'stead-store/9'; this version of Stead knows 'stead-store/1' and 'stead-store/2'");
  }

  @Test
  void checkNamesWhatIsNotSound() throws Exception {
    fill();
    byte[] entry = Format.entryKey(Format.FIRST_BRANCH, Format.utf8("key-3"), 4);
    byte[] stray = Format.entryKey(Format.FIRST_BRANCH, Format.utf8("stray"), 99);
    Lease endless =
        new Lease("l", "me", "", clock.instant(), clock.instant(), Duration.ofDays(400));
    seed(
        (engine, batch) -> {
          batch.delete(engine.family(Engine.Family.ENTRIES), entry);
          batch.put(engine.family(Engine.Family.ENTRIES), stray, new byte[] {7});
          batch.delete(engine.family(Engine.Family.COMMITS), Format.number(10));
          batch.put(
              engine.family(Engine.Family.HEADS),
              Format.utf8(Store.PRODUCTION),
              Format.head(new Format.Head(Format.FIRST_BRANCH, COMMITS + 2)));
          batch.put(engine.family(Engine.Family.LEASES), Format.utf8("l"), Format.lease(endless));
          batch.put(engine.family(Engine.Family.LEASES), Format.utf8("m"), new byte[] {0});
        });

    try (RocksStore store = RocksStore.open(directory, clock)) {
      assertThat(store.check())
          .anyMatch(found -> found.equals("commits: revision 11 follows on 9"))
          .anyMatch(
              found -> found.equals("commits: revision 4 changed 'key-3', which has no entry"))
          .anyMatch(found -> found.equals("entries: 'stray' at revision 99, which is not there"))
          .anyMatch(found -> found.contains("an entry starts with 7"))
          .anyMatch(found -> found.startsWith("entries: 1 more than the commits name"))
          .anyMatch(found -> found.equals("heads: 'production' is at 22, its newest commit is 20"))
          .anyMatch(found -> found.startsWith("leases: 'l' is out of bounds"))
          .anyMatch(found -> found.contains("the record at 6d cannot be read"))
          .hasSize(8);
    }
  }

  private void fill() {
    try (RocksStore store = RocksStore.open(directory, clock)) {
      for (int i = 0; i < COMMITS; i++) {
        Put put = new Put("key-" + i, Value.json(new byte[500]));
        store.commit(Commit.of(Store.PRODUCTION, "ada", "", put));
      }
    }
  }

  private void assertSound() {
    try (RocksStore store = RocksStore.open(directory, clock)) {
      assertThat(store.head()).isEqualTo(COMMITS);
      assertThat(store.list(Store.PRODUCTION, "key-")).hasSize(COMMITS);
      assertThat(store.check()).isEmpty();
    }
  }

  private interface Seeding {
    void add(Engine engine, WriteBatch batch) throws RocksDBException;
  }

  private void seed(Seeding seeding) throws RocksDBException {
    try (Engine engine = new Engine(directory.resolve("rocks"));
        WriteBatch batch = new WriteBatch()) {
      seeding.add(engine, batch);
      engine.write(batch, new Engine.State(engine.branches(), engine.head(), engine.time()));
    }
  }

  /// RocksDB's log in use.
  private Path log() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("rocks"))) {
      return files
          .filter(file -> file.toString().endsWith(".log"))
          .max(Comparator.naturalOrder())
          .orElseThrow();
    }
  }

  private static void flip(Path path, long at) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.seek(at);
      int value = file.read();
      file.seek(at);
      file.write(value ^ 0x10);
    }
  }
}
