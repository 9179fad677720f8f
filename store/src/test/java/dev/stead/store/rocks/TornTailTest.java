package dev.stead.store.rocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stead.store.Store;
import dev.stead.store.StoreException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The log with its last 4 KiB cut off at every byte, and with a bit flipped in the middle.
@Timeout(150)
final class TornTailTest {
  /// A prime: the cuts fall on every place of a record's header and content.
  private static final int OPEN_EVERY = 17;

  private static final int FLIPS = 16;

  @TempDir Path directory;
  private final MovingClock clock = new MovingClock();
  private CutLog cutLog;

  @BeforeEach
  void fill() throws IOException {
    cutLog = new CutLog(directory);
  }

  @AfterEach
  void theStoreThatWasCopiedIsSound() {
    cutLog.assertWholeIsSound();
  }

  @Test
  void aLogCutAtAnyByteHasAllThatWasWholeBeforeTheCut() throws Exception {
    cutLog.lookAtEach();
  }

  /// Opened for good and checked, which takes ten times as long; `bench/store-crash --torn` does so
  /// for every byte.
  @Test
  void aLogCutHereAndThereIsOpenedWithWhatWasFound() throws Exception {
    cutLog.openEach(OPEN_EVERY);
  }

  /// Sixteen places, from the first record to the last but one.
  @Test
  void aFlippedBitIsRefusedWhereverItIsAndMendedByRestoring() throws Exception {
    Path backup = directory.resolve("backup");
    try (RocksStore store = RocksStore.open(directory.resolve("twin"), clock)) {
      new Scribe(store).write(Store.PRODUCTION, "a=1");
      store.backup(backup);
    }
    Path whole = cutLog.whole();
    long last = cutLog.endOf(CutLog.COMMITS - 2);
    for (int i = 0; i < FLIPS; i++) {
      long at = 8 + i * (last - 8) / FLIPS;
      flip(CutLog.log(whole), at);
      assertThatThrownBy(() -> RocksStore.open(whole, clock))
          .as("flipped at %d", at)
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("20 were acknowledged")
          .hasMessageContaining("dropping")
          .hasMessageContaining("Nothing was changed");
      flip(CutLog.log(whole), at);
    }
    Path damaged = directory.resolve("damaged");
    cutLog.copyTo(damaged, Files.readAllBytes(CutLog.log(whole)));
    Files.copy(whole.resolve(HighWaterMark.FILE), damaged.resolve(HighWaterMark.FILE));
    flip(CutLog.log(damaged), last / 2);
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
