package dev.stead.store.rocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stead.store.Store;
import dev.stead.store.StoreException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(150)
final class CrashTest {
  private static final int KILLS = 30;
  private static final int WRITES_BEFORE_KILL_MAX = 300;
  private static final int PASSAGES_MAX = 100;
  private static final int FILE_BYTES_MAX = 512 * 1024;

  @TempDir Path directory;

  @TempDir Path scratch;

  @Test
  void whatWasAcknowledgedSurvivesAKill() throws Exception {
    Random random = seeded();
    KilledLoads loads = new KilledLoads(directory, scratch);
    for (int kill = 0; kill < KILLS; kill++) {
      loads.killAfter(1 + random.nextInt(WRITES_BEFORE_KILL_MAX));
      loads.assertNothingIsLost();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"CREATED", "NAMED", "LOOKED", "OPENED", "RECOVERED"})
  void itSurvivesAKillAtEachStepOfOpening(FailPoint point) throws Exception {
    KilledLoads loads = new KilledLoads(directory, scratch);
    loads.killAt(point, 1);
    loads.killAfter(20);
    loads.assertNothingIsLost();
    if (point.compareTo(FailPoint.LOOKED) >= 0) {
      loads.killAt(point, 1);
      loads.assertNothingIsLost();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"TAKEN", "APPLIED", "SYNCED", "MARKED", "TOLD"})
  void itSurvivesAKillAtEachStepOfACommit(FailPoint point) throws Exception {
    Random random = seeded();
    KilledLoads loads = new KilledLoads(directory, scratch);
    for (int kill = 0; kill < 2; kill++) {
      loads.killAt(point, 1 + random.nextInt(PASSAGES_MAX));
      loads.assertNothingIsLost();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"LINKED", "COPIED", "SETTLED"})
  void aBackupThatWasKilledIsNotTakenForOneAndCanBeMadeAgain(FailPoint point) throws Exception {
    Path backup = directory.resolve("backup");
    write("store", 20);
    kill(CopyLoad.BACKUP, backup, point);
    assertThat(backup).doesNotExist();
    try (RocksStore store = open("store")) {
      assertThat(store.check()).isEmpty();
      assertThat(store.backup(backup).revision()).isEqualTo(20);
    }
    RocksStore.restore(backup, directory.resolve("copy"), InstantSource.system());
    assertSound("copy", 20);
  }

  /// The store is the former one, the backup, or refused; and restoring again gives the backup.
  @ParameterizedTest
  @EnumSource(names = {"CHECKED", "SET_ASIDE", "MARK_REPLACED", "RESTORED"})
  void aRestoreThatWasKilledLeavesNothingBetweenAndCanBeRepeated(FailPoint point) throws Exception {
    Path backup = directory.resolve("backup");
    write("store", 20);
    try (RocksStore store = open("store")) {
      store.backup(backup);
    }
    write("store", 10);
    kill(CopyLoad.RESTORE, backup, point);
    switch (point) {
      case CHECKED -> assertSound("store", 30);
      case RESTORED -> assertSound("store", 20);
      default ->
          assertThatThrownBy(() -> open("store"))
              .isInstanceOf(StoreException.class)
              .hasMessageContaining("is missing")
              .hasMessageContaining("Restore a backup");
    }
    RocksStore.restore(backup, directory.resolve("store"), InstantSource.system());
    assertSound("store", 20);
  }

  private void write(String name, int times) {
    try (RocksStore store = open(name)) {
      for (int i = 0; i < times; i++) {
        new Scribe(store).write(Store.PRODUCTION, "key-" + i + "=" + i);
      }
    }
  }

  private void kill(String act, Path backup, FailPoint point) throws Exception {
    String store = directory.resolve("store").toString();
    try (Child child =
        new Child(scratch, CopyLoad.class, act, backup.toString(), store, point.name())) {
      assertThat(child.line()).isEqualTo(KillPoint.SIGN + point);
      child.kill();
    }
  }

  private void assertSound(String name, long head) {
    try (RocksStore store = open(name)) {
      assertThat(store.head()).isEqualTo(head);
      assertThat(store.check()).isEmpty();
    }
  }

  private RocksStore open(String name) {
    return RocksStore.open(directory.resolve(name), InstantSource.system());
  }

  private static Random seeded() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    return new Random(seed);
  }

  /// A limit on the size of files refuses writes the way a full disk does, and can be lifted.
  @Test
  void aFullDiskRefusesWritesAndTheStoreGoesOnOnceThereIsRoom() throws Exception {
    KilledLoads loads = new KilledLoads(directory, scratch);
    try (Child load = loads.load()) {
      loads.note(load.line());
      limitFileSize(load, Integer.toString(FILE_BYTES_MAX));
      assertThat(loads.readUntil(load, WriteLoad.REFUSED)).contains("File too large");

      limitFileSize(load, "unlimited");
      int enough = loads.acknowledged() + 100;
      while (loads.acknowledged() < enough) {
        loads.note(load.line());
      }
      load.kill().forEach(loads::note);
    }
    loads.assertNothingIsLost();
  }

  private static void limitFileSize(Child process, String bytes) throws Exception {
    Process limiting =
        new ProcessBuilder("prlimit", "--fsize=" + bytes + ":", "--pid=" + process.pid()).start();
    assertThat(limiting.waitFor()).isZero();
  }
}
