package dev.stead.store.rocks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.store.Derived;
import dev.stead.store.Store;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DerivedTest {
  @TempDir Path directory;

  @Test
  void itIsWorkedOutAnewOnceTheStoreHasChanged() {
    AtomicInteger times = new AtomicInteger();
    try (RocksStore store = RocksStore.open(directory.resolve("store"), new MovingClock())) {
      Scribe scribe = new Scribe(store);
      Derived<Integer> keys =
          new Derived<>(
              store,
              () -> {
                times.incrementAndGet();
                return store.list(Store.PRODUCTION, "").size();
              });

      assertThat(keys.get()).isZero();
      scribe.write(Store.PRODUCTION, "a=1");
      assertThat(keys.get()).isEqualTo(1);
      store.acquire("apps/cv", "me", "deploy", Duration.ofSeconds(20));
      assertThat(keys.get()).isEqualTo(1);
      assertThat(times).hasValue(2);
    }
  }

  @Test
  void whatIsWrittenWhileItIsWorkedOutIsNotMissed() {
    try (RocksStore store = RocksStore.open(directory.resolve("store"), new MovingClock())) {
      Scribe scribe = new Scribe(store);
      Derived<Integer> keys =
          new Derived<>(
              store,
              () -> {
                int found = store.list(Store.PRODUCTION, "").size();
                if (found == 0) {
                  scribe.write(Store.PRODUCTION, "a=1");
                }
                return found;
              });

      assertThat(keys.get()).isZero();
      assertThat(keys.get()).isEqualTo(1);
    }
  }
}
