package dev.stead.store.rocks;

import dev.stead.store.Commit;
import dev.stead.store.Commit.Mutation.Put;
import dev.stead.store.CommitResult;
import dev.stead.store.Fork;
import dev.stead.store.Merge;
import dev.stead.store.MergeResult;
import dev.stead.store.Store;
import dev.stead.store.StoreException;
import dev.stead.store.Value;
import dev.stead.store.Watch;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/// A process that writes until it is killed: four threads put keys of their own, now and then on a
/// fork that is merged and deleted, and each acknowledged one is printed as `revision key`. A
/// refused write is printed as `! message`, and the next key is tried. A fifth thread watches from
/// where the process before it ended, and prints each commit that it sees as `= revision`.
///
/// Its arguments: the store's directory, the load's name, what the watch saw last, and where to
/// wait for the kill, as [KillPoint#parse] reads it.
final class WriteLoad {
  static final String REFUSED = "! ";
  static final String SEEN = "= ";
  private static final int WRITERS = 4;
  private static final int VALUE_BYTES = 300;
  private static final int FORK_EVERY = 10;
  private static final String BRANCH = Store.PRODUCTION;
  private static final Duration PATIENCE = Duration.ofDays(1);

  private WriteLoad() {}

  public static void main(String[] arguments) throws InterruptedException {
    FailPoint.Listener listener =
        arguments.length > 3 ? KillPoint.parse(arguments[3]) : FailPoint.Listener.NOBODY;
    RocksStore store = RocksStore.open(Path.of(arguments[0]), InstantSource.system(), listener);
    for (int writer = 0; writer < WRITERS; writer++) {
      String prefix = "load/" + arguments[1] + "/" + writer + "/";
      Thread.ofPlatform().start(() -> write(store, prefix));
    }
    watch(store, Long.parseLong(arguments[2]));
  }

  private static void write(RocksStore store, String prefix) {
    for (int i = 0; ; i++) {
      String key = prefix + i;
      try {
        long revision = i % FORK_EVERY == 1 ? putByFork(store, key) : put(store, BRANCH, key);
        print(revision + " " + key);
      } catch (StoreException e) {
        print(REFUSED + e.getMessage());
      }
    }
  }

  private static void watch(RocksStore store, long after) throws InterruptedException {
    try (Watch watch = store.watch(BRANCH, "", after)) {
      while (true) {
        try {
          Optional<Watch.Seen> seen = watch.next(PATIENCE);
          print(SEEN + seen.orElseThrow().revision());
        } catch (StoreException e) {
          // Shut until the next write: what could not be read is read then.
          print(REFUSED + e.getMessage());
        }
      }
    }
  }

  private static long put(RocksStore store, String branch, String key) {
    Value value = new Value("text/plain", padded(key));
    CommitResult result = store.commit(Commit.of(branch, "load", "", new Put(key, value)));
    return ((CommitResult.Committed) result).revision();
  }

  private static long putByFork(RocksStore store, String key) {
    store.fork(Fork.of(key, BRANCH, "load", ""));
    put(store, key, key);
    Merge merge = Merge.of(key, BRANCH, Merge.Mode.THREE_WAY, "load", "");
    long revision = ((MergeResult.Merged) store.merge(merge)).revision();
    store.deleteBranch(key);
    return revision;
  }

  static byte[] padded(String key) {
    return String.format("%-" + VALUE_BYTES + "s", key).getBytes(StandardCharsets.UTF_8);
  }

  private static synchronized void print(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
