package dev.stead.store.rocks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.store.Derived;
import dev.stead.store.Store;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DerivedTest {
  @TempDir Path directory;
  private RocksStore store;
  private Scribe scribe;

  @BeforeEach
  void open() {
    store = RocksStore.open(directory.resolve("store"), new MovingClock());
    scribe = new Scribe(store);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private int keys() {
    return store.list(Store.PRODUCTION, "").size();
  }

  @Test
  void itIsWorkedOutAnewOnceTheStoreHasChanged() {
    AtomicInteger times = new AtomicInteger();
    Derived<Integer> keys =
        new Derived<>(
            store,
            () -> {
              times.incrementAndGet();
              return keys();
            });

    assertThat(keys.get()).isZero();
    scribe.write(Store.PRODUCTION, "a=1");
    assertThat(keys.get()).isEqualTo(1);
    store.acquire("apps/cv", "me", "deploy", Duration.ofSeconds(20));
    assertThat(keys.get()).isEqualTo(1);
    assertThat(times).hasValue(2);
  }

  @Test
  void whatIsWrittenWhileItIsWorkedOutIsNotMissed() {
    Derived<Integer> keys =
        new Derived<>(
            store,
            () -> {
              int found = keys();
              if (found == 0) {
                scribe.write(Store.PRODUCTION, "a=1");
              }
              return found;
            });

    assertThat(keys.get()).isZero();
    assertThat(keys.get()).isEqualTo(1);
  }
}
