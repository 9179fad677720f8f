package dev.stead.store.rocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stead.store.Store;
import dev.stead.store.StoreException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;

/// The log with its last 4 KiB cut off at every byte, and with a bit flipped in the middle.
///
/// What is cut has no mark, as after a power cut that took that, too: with one, the lack of
/// anything acknowledged is refused, as told in [DamageTest].
@Timeout(150)
final class TornTailTest {
  private static final int COMMITS = 20;
  private static final int CUT_BYTES_MAX = 4_096;

  /// A prime: the cuts fall on every place of a record's header and content.
  private static final int OPEN_EVERY = 17;

  /// Side by side.
  private static final int PARTS = 2;

  private static final int FLIPS = 16;

  @TempDir Path directory;
  private final MovingClock clock = new MovingClock();
  private final List<Long> ends = new ArrayList<>();
  private Path whole = Path.of("");

  /// Where each commit's record ends in the log stands in `ends`.
  @BeforeEach
  void fill() throws IOException {
    whole = directory.resolve("whole");
    try (RocksStore store = RocksStore.open(whole, clock)) {
      for (int i = 0; i < COMMITS; i++) {
        new Scribe(store).write(Store.PRODUCTION, "key-" + i + "=" + "x".repeat(400));
        ends.add(Files.size(log(whole)));
      }
    }
  }

  /// What opening would find is looked at for every byte: a commit is there when its record is
  /// whole, and a piece of one is reported.
  @Test
  void aLogCutAtAnyByteHasAllThatWasWholeBeforeTheCut() throws Exception {
    inParts(this::lookAtEach);
  }

  private void lookAtEach(int part) throws IOException, RocksDBException {
    Path copy = directory.resolve("looked-at-" + part);
    copyWithout(copy, Files.readAllBytes(log(whole)));
    Path rocks = copy.resolve(Recovery.ROCKS);
    long length = Files.size(log(copy));
    for (int cut = part; cut < CUT_BYTES_MAX; cut += PARTS) {
      cut(log(copy), length - cut);
      Recovery.Preview found = Recovery.preview(rocks);
      boolean torn = !ends.contains(length - cut);
      assertThat(found.batches()).as("cut by %d", cut).isEqualTo(before(length - cut));
      assertThat(found.dropped()).as("cut by %d", cut).hasSize(torn ? 1 : 0);
    }
  }

  private static void cut(Path log, long length) throws IOException {
    try (FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
      channel.truncate(length);
    }
  }

  /// How many commits are whole in a log of so many bytes.
  private long before(long length) {
    return ends.stream().filter(end -> end <= length).count();
  }

  /// Opened for good and checked, which takes ten times as long.
  @Test
  void aLogCutHereAndThereIsOpenedWithWhatWasFound() throws Exception {
    inParts(this::openSome);
  }

  private void openSome(int part) throws IOException {
    byte[] log = Files.readAllBytes(log(whole));
    for (int cut = part * OPEN_EVERY; cut < CUT_BYTES_MAX; cut += PARTS * OPEN_EVERY) {
      Path copy = directory.resolve("cut-" + cut);
      copyWithout(copy, Arrays.copyOf(log, log.length - cut));
      try (HighWaterMark mark = HighWaterMark.open(copy);
          Engine engine = new Recovery(copy, mark).open().engine()) {
        assertThat(engine.head()).as("cut by %d", cut).isEqualTo(before(log.length - cut));
        assertThat(Inspection.inspect(engine)).as("cut by %d", cut).isEmpty();
      }
    }
  }

  private interface Part {
    void run(int number) throws Exception;
  }

  private static void inParts(Part part) throws Exception {
    List<Callable<Boolean>> parts = new ArrayList<>();
    for (int i = 0; i < PARTS; i++) {
      int number = i;
      parts.add(
          () -> {
            part.run(number);
            return true;
          });
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(PARTS)) {
      for (Future<Boolean> done : threads.invokeAll(parts)) {
        assertThat(done.get()).isTrue();
      }
    }
  }

  /// A copy of the store, but for its mark and with another log.
  private void copyWithout(Path copy, byte[] log) throws IOException {
    Path rocks = Files.createDirectories(copy.resolve(Recovery.ROCKS));
    Path current = log(whole).getFileName();
    try (Stream<Path> files = Files.list(whole.resolve(Recovery.ROCKS))) {
      for (Path file : files.filter(TornTailTest::isState).toList()) {
        Files.copy(file, rocks.resolve(file.getFileName()));
      }
    }
    Files.write(rocks.resolve(current), log);
  }

  /// Not the log, which is written anew, and not what RocksDB tells people.
  private static boolean isState(Path file) {
    String name = file.getFileName().toString();
    return !name.endsWith(".log") && !name.startsWith("LOG") && !name.equals("LOCK");
  }

  @AfterEach
  void theStoreThatWasCopiedIsSound() {
    try (RocksStore store = RocksStore.open(whole, clock)) {
      assertThat(store.head()).isEqualTo(COMMITS);
      assertThat(store.check()).isEmpty();
    }
  }

  private static Path log(Path store) throws IOException {
    try (Stream<Path> files = Files.list(store.resolve(Recovery.ROCKS))) {
      return files
          .filter(file -> file.toString().endsWith(".log"))
          .max(Path::compareTo)
          .orElseThrow();
    }
  }

  /// Sixteen places, from the first record to the last but one.
  @Test
  void aFlippedBitIsRefusedWhereverItIsAndMendedByRestoring() throws Exception {
    Path backup = directory.resolve("backup");
    try (RocksStore store = RocksStore.open(directory.resolve("twin"), clock)) {
      new Scribe(store).write(Store.PRODUCTION, "a=1");
      store.backup(backup);
    }
    long last = ends.get(COMMITS - 2);
    for (int i = 0; i < FLIPS; i++) {
      long at = 8 + i * (last - 8) / FLIPS;
      flip(log(whole), at);
      assertThatThrownBy(() -> RocksStore.open(whole, clock))
          .as("flipped at %d", at)
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("20 were acknowledged")
          .hasMessageContaining("dropping")
          .hasMessageContaining("Nothing was changed");
      flip(log(whole), at);
    }
    Path damaged = directory.resolve("damaged");
    copyWithout(damaged, Files.readAllBytes(log(whole)));
    Files.copy(whole.resolve(HighWaterMark.FILE), damaged.resolve(HighWaterMark.FILE));
    flip(log(damaged), last / 2);
    RocksStore.restore(backup, damaged, clock);
    try (RocksStore store = RocksStore.open(damaged, clock)) {
      assertThat(store.check()).isEmpty();
      assertThat(store.head()).isEqualTo(1);
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
