package dev.stead.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stead.sdk.StoreClient.Target;
import dev.stead.sdk.StoreRequests.At;
import dev.stead.store.StoreException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RestorationTest {
  private final Home home = Home.make();
  private Path backup = Path.of("");

  @TempDir Path directory;

  @BeforeEach
  void backUp() throws IOException {
    backup = directory.resolve("backup.tar");
    try (var _ = started()) {
      IntStream.range(0, 50).forEach(this::put);
      try (var answer = home.client().store().backup()) {
        Files.copy(answer.body(), backup);
      }
      IntStream.range(50, 100).forEach(this::put);
    }
  }

  @AfterEach
  void close() {
    home.close();
  }

  @Test
  void aStoreWithAFlippedBitIsRefusedAndMendedByABackup() throws IOException {
    flipInTheMiddle(log());
    assertThatThrownBy(this::started)
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("Restore a backup");

    restore(backup);

    try (var _ = started()) {
      var store = home.client().store();
      assertThat(store.check().violations()).isEmpty();
      assertThat(store.check().revision()).isEqualTo(50);
      assertThat(store.get(At.now(), "k49")).isPresent();
      assertThat(store.get(At.now(), "k50")).isEmpty();
      put(100);
    }
    assertThat(home.path.resolve("store.restore")).doesNotExist();
  }

  @Test
  void aStoreThatIsInUseOrABackupThatIsNoneChangesNothing() throws IOException {
    var none = Files.writeString(directory.resolve("none.tar"), "no archive at all");
    assertThatThrownBy(() -> restore(none)).isInstanceOf(IOException.class);
    var cut = Files.write(directory.resolve("cut.tar"), beginningOf(backup));
    assertThatThrownBy(() -> restore(cut)).isInstanceOfAny(IOException.class, StoreException.class);

    try (var _ = started()) {
      assertThatThrownBy(() -> restore(backup))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("is open in another place");
      assertThat(home.client().store().get(At.now(), "k99")).isPresent();
    }
  }

  private void restore(Path from) throws IOException {
    try (var archive = Files.newInputStream(from)) {
      Restoration.restore(home.path, archive, InstantSource.system());
    }
  }

  private Agent started() throws IOException {
    return Agent.start(new Agent.Places(home.path, home.path), InstantSource.system());
  }

  private void put(int number) {
    try {
      home.client().store().put(Target.of("k" + number), "text/plain", "v".getBytes(UTF_8));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] beginningOf(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return in.readNBytes((int) Files.size(file) / 2);
    }
  }

  private Path log() throws IOException {
    try (var files = Files.list(home.path.resolve("store/rocks"))) {
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
