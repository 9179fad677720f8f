package dev.stead.store.rocks;

import static dev.stead.store.Store.PRODUCTION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stead.store.Backup;
import dev.stead.store.Entry;
import dev.stead.store.Fork;
import dev.stead.store.Point;
import dev.stead.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class BackupTest {
  private static final int WRITERS = 16;

  @TempDir Path directory;
  private final MovingClock clock = new MovingClock();

  @Test
  void aBackupMadeWhileWritersRunIsTheStoreAsOfItsRevision() throws Exception {
    Path copies = directory.resolve("copies");
    List<Backup> backups = new ArrayList<>();
    try (RocksStore store = open("store")) {
      store.fork(Fork.of("staging", PRODUCTION, "ada", ""));
      AtomicBoolean enough = new AtomicBoolean();
      CountDownLatch written = new CountDownLatch(WRITERS);
      try (ExecutorService threads =
          Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("writer").factory())) {
        List<Future<?>> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
          String key = "w" + i;
          writers.add(threads.submit(() -> write(new Scribe(store), key, written, enough)));
        }
        written.await();
        for (int i = 0; i < 3; i++) {
          backups.add(store.backup(copies.resolve("b" + i)));
        }
        enough.set(true);
        for (Future<?> writer : writers) {
          writer.get();
        }
      }
      assertThat(store.head()).isGreaterThan(backups.getLast().revision());
      for (Backup backup : backups) {
        assertSame(backup, store);
      }
    }
  }

  private static void write(
      Scribe scribe, String key, CountDownLatch written, AtomicBoolean enough) {
    for (int i = 0; !enough.get(); i++) {
      scribe.write(i % 2 == 0 ? PRODUCTION : "staging", key + "/" + i % 50 + "=" + i);
      if (i == 20) {
        written.countDown();
      }
    }
  }

  private void assertSame(Backup backup, RocksStore store) {
    Path restored = directory.resolve("restored-" + backup.revision());
    RocksStore.restore(backup.directory(), restored, clock);
    try (RocksStore copy = RocksStore.open(restored, clock)) {
      assertThat(copy.check()).isEmpty();
      assertThat(copy.head()).isEqualTo(backup.revision());
      for (String branch : List.of(PRODUCTION, "staging")) {
        List<Entry> expected = store.list(branch, "", backup.revision());
        assertThat(copy.list(branch, "")).isNotEmpty().isEqualTo(expected);
        assertThat(copy.history(branch, "", 1_000))
            .isEqualTo(store.history(new Point(branch, backup.revision()), "", 1_000));
      }
    }
  }

  @Test
  void restoringMendsADamagedStoreAndKeepsItsFiles() throws Exception {
    Backup backup;
    try (RocksStore store = open("store")) {
      new Scribe(store).write(PRODUCTION, "a=1");
      backup = store.backup(directory.resolve("backup"));
      new Scribe(store).write(PRODUCTION, "a=2");
    }
    Path damaged = directory.resolve("store");
    Files.delete(damaged.resolve("rocks/CURRENT"));
    assertThatThrownBy(() -> open("store")).isInstanceOf(StoreException.class);

    RocksStore.restore(backup.directory(), damaged, clock);
    try (RocksStore store = open("store")) {
      assertThat(store.check()).isEmpty();
      assertThat(new Scribe(store).read(PRODUCTION, "a")).isEqualTo("1");
      assertThat(new Scribe(store).write(PRODUCTION, "a=3")).isEqualTo(2);
    }
    assertThat(damaged.resolve("rocks.replaced/IDENTITY")).exists();
    assertThat(damaged.resolve("restoring")).doesNotExist();
  }

  @Test
  void aDamagedBackupIsRefusedAndChangesNothing() throws Exception {
    Backup backup;
    try (RocksStore store = open("store")) {
      for (int i = 0; i < 200; i++) {
        new Scribe(store).write(PRODUCTION, "key-" + i + "=" + "x".repeat(100));
      }
      backup = store.backup(directory.resolve("backup"));
    }
    flipSomewhere(largestTable(backup.directory().resolve("rocks")));

    Path target = directory.resolve("store");
    assertThatThrownBy(() -> RocksStore.restore(backup.directory(), target, clock))
        .isInstanceOf(StoreException.class);
    try (RocksStore store = open("store")) {
      assertThat(store.check()).isEmpty();
      assertThat(store.head()).isEqualTo(200);
    }
  }

  @Test
  void aStoreThatIsOpenIsNotRestored() {
    try (RocksStore store = open("store")) {
      Backup backup = store.backup(directory.resolve("backup"));
      assertThatThrownBy(
              () -> RocksStore.restore(backup.directory(), directory.resolve("store"), clock))
          .hasMessageContaining("is open in another place");
      assertThatThrownBy(() -> store.backup(directory.resolve("backup")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("is there already");
    }
  }

  private RocksStore open(String name) {
    return RocksStore.open(directory.resolve(name), clock);
  }

  private static Path largestTable(Path rocks) throws IOException {
    Path largest = rocks;
    long bytes = 0;
    try (Stream<Path> files = Files.list(rocks)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".sst")).toList()) {
        if (Files.size(file) > bytes) {
          bytes = Files.size(file);
          largest = file;
        }
      }
    }
    return largest;
  }

  private static void flipSomewhere(Path table) throws IOException {
    byte[] bytes = Files.readAllBytes(table);
    bytes[100] ^= 0x10;
    Files.write(table, bytes);
  }
}
