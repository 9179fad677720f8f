package dev.stead.store.rocks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// An empty store for each test, which must be sound when the test ends.
final class SoundStore implements BeforeEachCallback, AfterEachCallback {
  private final MovingClock clock = new MovingClock();
  private @Nullable Path directory;
  private @Nullable RocksStore store;

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    directory = Files.createTempDirectory("sound-store");
    store = RocksStore.open(directory, clock);
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    try (RocksStore ended = store()) {
      assertThat(ended.check()).isEmpty();
    } finally {
      Backups.deleteDeep(directory());
    }
  }

  /// Closes it and opens it again.
  void reopen() {
    store().close();
    store = RocksStore.open(directory(), clock);
  }

  RocksStore store() {
    return Objects.requireNonNull(store);
  }

  Scribe scribe() {
    return new Scribe(store());
  }

  MovingClock clock() {
    return clock;
  }

  Path directory() {
    return Objects.requireNonNull(directory);
  }
}
