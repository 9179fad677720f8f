package dev.stead.store.rocks;

import static dev.stead.store.Store.PRODUCTION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stead.store.Commit;
import dev.stead.store.Commit.Mutation;
import dev.stead.store.Commit.Mutation.Put;
import dev.stead.store.StoreException;
import dev.stead.store.Value;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class FullDiskTest {
  private static final int DISK_MEBIBYTES = 128;

  /// What the file that fills the disk needs for itself.
  private static final int LEFT_BYTES = 256 << 10;

  private static final int PARTS = 7;
  private static final int PART_BYTES = 1 << 20;

  @TempDir Path directory;

  /// Whether the disk is filled under the next batch, after it was found to have room.
  private final AtomicBoolean filling = new AtomicBoolean();

  private SmallDisk disk;
  private RocksStore store;

  @BeforeEach
  void mount() throws Exception {
    disk = SmallDisk.mount(directory, DISK_MEBIBYTES);
    store = open();
  }

  @AfterEach
  void checkAndUnmount() throws Exception {
    assertThat(store.check()).isEmpty();
    store.close();
    disk.close();
  }

  private RocksStore open() {
    return RocksStore.open(disk.path().resolve("store"), InstantSource.system(), this::fill);
  }

  private void fill(FailPoint point) {
    if (point == FailPoint.APPLIED && filling.getAndSet(false)) {
      try {
        disk.fill(LEFT_BYTES);
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Test
  void writesAreRefusedWhileThereIsStillRoomToOpenAndGoOnByThemselves() throws Exception {
    disk.fill(2 * Reserve.BYTES);
    int written = writeUntilRefused();
    assertThat(written).isPositive();
    assertThat(disk.freeBytes()).isBetween(Engine.MEMTABLE_BYTES_MAX, Reserve.BYTES);
    assertThat(store.get(PRODUCTION, "key-" + (written - 1))).isPresent();
    assertThat(store.check()).isEmpty();

    store.close();
    store = open();
    assertThat(store.list(PRODUCTION, "key-")).hasSize(written);
    disk.clear();
    write("key-" + written);
    assertThat(store.list(PRODUCTION, "key-")).hasSize(written + 1);
  }

  private int writeUntilRefused() {
    for (int i = 0; ; i++) {
      try {
        write("key-" + i);
      } catch (StoreException e) {
        assertThat(e)
            .hasMessageContaining("its disk is full")
            .hasMessageContaining("Nothing was written");
        return i;
      }
    }
  }

  private void write(String key) {
    store.commit(Commit.of(PRODUCTION, "ada", "", new Put(key, noise(PART_BYTES / 16))));
  }

  /// Nothing that compresses.
  private static Value noise(int bytes) {
    byte[] noise = new byte[bytes];
    new Random(bytes).nextBytes(noise);
    return new Value("application/octet-stream", noise);
  }

  /// Somebody else takes the last block in the middle of a batch.
  @Test
  void aBatchThatMeetsTheFullDiskIsThereWholeOrNotAtAll() throws Exception {
    write("before");
    filling.set(true);
    assertThatThrownBy(() -> store.commit(large()))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("No space left on device")
        .hasMessageContaining("read before you repeat it");
    assertThat(disk.freeBytes()).isLessThan(Reserve.BYTES);
    assertThat(store.get(PRODUCTION, "before")).isPresent();
    assertThatThrownBy(() -> write("refused"))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("its disk is full");
    assertThat(store.get(PRODUCTION, "before")).isPresent();

    disk.clear();
    write("after");
    assertThat(store.list(PRODUCTION, ""))
        .extracting(entry -> entry.key())
        .contains("after", "before");
    assertThat(store.list(PRODUCTION, "part-").size()).isIn(0, PARTS);
    assertThat(store.get(PRODUCTION, "refused")).isEmpty();
    store.commit(large());
    assertThat(store.list(PRODUCTION, "part-")).hasSize(PARTS);
  }

  /// More than RocksDB has taken of the disk for its log beforehand.
  private static Commit large() {
    Mutation[] parts = new Mutation[PARTS];
    for (int i = 0; i < PARTS; i++) {
      parts[i] = new Put("part-" + i, noise(PART_BYTES));
    }
    return Commit.of(PRODUCTION, "ada", "", parts);
  }
}
