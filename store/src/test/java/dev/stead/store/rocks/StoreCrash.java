package dev.stead.store.rocks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.rocksdb.RocksDB;

/// `bench/store-crash [COUNT]`: kills under load. `bench/store-crash --torn`: openings of a store
/// whose log lacks its last bytes, for every byte of the last 4 KiB.
final class StoreCrash {
  private static final int KILLS_PER_STORE = 100;
  private static final int WRITES_MAX = 500;
  private static final int PASSAGES_MAX = 200;

  /// Those that a load comes to again and again, or at each start.
  private static final List<FailPoint> POINTS =
      List.of(
          FailPoint.LOOKED,
          FailPoint.OPENED,
          FailPoint.RECOVERED,
          FailPoint.TAKEN,
          FailPoint.APPLIED,
          FailPoint.SYNCED,
          FailPoint.MARKED,
          FailPoint.TOLD);

  private StoreCrash() {}

  public static void main(String[] arguments) throws Exception {
    if (List.of(arguments).contains("--torn")) {
      openTorn();
    } else {
      kill(arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000);
    }
  }

  private static void openTorn() throws Exception {
    RocksDB.loadLibrary();
    Path directory = Files.createTempDirectory("store-crash");
    try {
      CutLog cutLog = new CutLog(directory);
      cutLog.openEach(1);
      cutLog.assertWholeIsSound();
      System.out.printf(
          "%d logs cut short, opened with all that was before the cut%n", CutLog.CUT_BYTES_MAX);
    } finally {
      Backups.deleteDeep(directory);
    }
  }

  private static void kill(int count) throws IOException, InterruptedException {
    long seed = System.nanoTime();
    System.out.printf("%d kills, seed %d%n", count, seed);
    Random random = new Random(seed);
    long acknowledged = 0;
    for (int done = 0; done < count; done += KILLS_PER_STORE) {
      acknowledged += kill(Math.min(KILLS_PER_STORE, count - done), random);
      System.out.printf(
          "%d kills, %d acknowledged writes, none lost%n",
          Math.min(count, done + KILLS_PER_STORE), acknowledged);
    }
  }

  /// Kills over one store, every second time at a fail point.
  ///
  /// @return how many writes were acknowledged
  private static int kill(int count, Random random) throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("store-crash");
    try {
      Path scratch = Files.createDirectory(directory.resolve("scratch"));
      KilledLoads loads = new KilledLoads(directory.resolve("store"), scratch);
      for (int i = 0; i < count; i++) {
        if (i % 2 == 0) {
          loads.killAfter(1 + random.nextInt(WRITES_MAX));
        } else {
          FailPoint point = POINTS.get(i / 2 % POINTS.size());
          boolean once = point.compareTo(FailPoint.TAKEN) < 0;
          loads.killAt(point, once ? 1 : 1 + random.nextInt(PASSAGES_MAX));
        }
        loads.assertNothingIsLost();
      }
      return loads.acknowledged();
    } finally {
      Backups.deleteDeep(directory);
    }
  }
}
