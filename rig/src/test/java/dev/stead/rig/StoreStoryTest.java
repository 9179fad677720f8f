package dev.stead.rig;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.rig.host.Project;
import dev.stead.rig.host.Stead;
import dev.stead.sdk.StoreAnswers;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import org.junit.jupiter.api.Test;

/// The store as its user meets it on the command line.
final class StoreStoryTest {
  @Test
  void keysAreKeptForkedAndMergedAndADamagedStoreIsMendedByItsBackup() throws IOException {
    try (var stead = Stead.fresh();
        var sample = Project.copyOf("rig/apps/good")) {
      stead.up(sample);
      stead.run("store", "put", "settings/color", "blue", "-m", "the brand").succeeded();
      stead.runWithInput(sample, "{\"a\":1,\"b\":1}", "store", "put", "settings/doc").succeeded();
      stead.run("store", "put", "settings/color", "red").succeeded();
      assertThat(stead.run("store", "get", "settings/color").succeeded().out()).isEqualTo("red");
      stead
          .run("store", "history", "settings/color")
          .succeeded()
          .says("the brand", "before: [-red-]{+blue+}");
      stead.run("store", "put", "apps/sample/env", "x").failed().says("A-PLATFORM-KEY");

      stead.run("store", "fork", "try", "--prefix", "settings/").succeeded();
      stead.run("store", "put", "-b", "try", "settings/doc", "{\"a\":2,\"b\":1}").succeeded();
      stead.run("store", "put", "settings/doc", "{\"a\":1,\"b\":3}").succeeded();
      stead.run("store", "merge", "try").succeeded().says("settings/doc");
      stead.run("store", "get", "settings/doc").says("\"a\":2", "\"b\":3");
      stead.run("store", "check").succeeded().says("the store is sound");

      stead.run(sample, "store", "backup", "-o", "store.tar").succeeded();
      stead.run("store", "put", "settings/color", "green").succeeded();
      stead.down();
      flipInTheMiddle(log(stead.home()));
      stead.run(sample, "up", "--detach").failed();
      stead.run(sample, "down").succeeded();

      stead.run(sample, "store", "restore", "store.tar", "--confirm", "store").succeeded();
      stead.up(sample);
      assertThat(stead.run("store", "get", "settings/color").succeeded().out()).isEqualTo("red");
      assertThat(stead.run("store", "check", "--json").json(StoreAnswers.Check.class).violations())
          .isEmpty();
      assertThat(stead.get("sample", "/").status()).isEqualTo(200);
      stead.down();
    }
  }

  /// The log that RocksDB replays at the next opening.
  private static Path log(Path home) throws IOException {
    try (var files = Files.list(home.resolve("store/rocks"))) {
      return files
          .filter(file -> file.toString().endsWith(".log"))
          .max(Comparator.comparingLong(file -> file.toFile().length()))
          .orElseThrow();
    }
  }

  private static void flipInTheMiddle(Path path) throws IOException {
    try (var file = new RandomAccessFile(path.toFile(), "rw")) {
      var at = file.length() / 2;
      file.seek(at);
      var value = file.read();
      file.seek(at);
      file.write(value ^ 0x10);
    }
  }
}
