package dev.stead.store.rocks;

import dev.stead.store.Commit;
import dev.stead.store.Commit.Mutation.Put;
import dev.stead.store.CommitResult;
import dev.stead.store.Store;
import dev.stead.store.StoreException;
import dev.stead.store.Value;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;

/// A process that writes until it is killed: four threads put keys of their own, and each
/// acknowledged one is printed as `revision key`. A refused write is printed as `! message`, and
/// tried again.
final class WriteLoad {
  private static final int WRITERS = 4;
  private static final int VALUE_BYTES = 300;

  private WriteLoad() {}

  public static void main(String[] arguments) {
    RocksStore store = RocksStore.open(Path.of(arguments[0]), InstantSource.system());
    for (int writer = 0; writer < WRITERS; writer++) {
      String prefix = "load/" + arguments[1] + "/" + writer + "/";
      Thread.ofPlatform().start(() -> write(store, prefix));
    }
  }

  private static void write(RocksStore store, String prefix) {
    for (int i = 0; ; i++) {
      String key = prefix + i;
      try {
        Value value = new Value("text/plain", padded(key));
        CommitResult result =
            store.commit(Commit.of(Store.PRODUCTION, "load", "", new Put(key, value)));
        if (result instanceof CommitResult.Committed(long revision)) {
          print(revision + " " + key);
        }
      } catch (StoreException e) {
        print("! " + e.getMessage());
      }
    }
  }

  static byte[] padded(String key) {
    return String.format("%-" + VALUE_BYTES + "s", key).getBytes(StandardCharsets.UTF_8);
  }

  private static synchronized void print(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
