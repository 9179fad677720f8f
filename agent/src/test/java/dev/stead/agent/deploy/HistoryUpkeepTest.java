package dev.stead.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stead.store.Commit;
import dev.stead.store.Commit.Mutation.Put;
import dev.stead.store.CompactedException;
import dev.stead.store.Store;
import dev.stead.store.Value;
import dev.stead.store.rocks.RocksStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HistoryUpkeepTest {
  @TempDir Path directory;
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-03-01T12:00:00Z"));

  @Test
  void theStepsOfOldOperationsGoAndAllElseStays() throws Exception {
    try (var store = RocksStore.open(directory, now::get)) {
      write(store, "live", "1");
      write(store, "operation", "starting");
      write(store, "operation", "ended");
      now.updateAndGet(then -> then.plus(Duration.ofDays(100)));
      write(store, "live", "2");
      write(store, "operation", "starting again");
      now.updateAndGet(then -> then.plus(Duration.ofDays(1)));
      new HistoryUpkeep(store, new Records(store)).look();

      assertThat(isCompacted(store, 2)).isTrue();

      assertThat(store.retentions()).isEqualTo(Map.of("apps/cv/operation", HistoryUpkeep.JOURNAL));
      assertThat(store.get(Store.PRODUCTION, "apps/cv/operation", 3)).isPresent();
      assertThat(store.get(Store.PRODUCTION, "apps/cv/operation")).isPresent();
      assertThat(store.get(Store.PRODUCTION, "apps/cv/live", 1)).isPresent();
      assertThatThrownBy(() -> store.list(Store.PRODUCTION, "apps/cv/", 2))
          .isInstanceOf(CompactedException.class);
      assertThat(store.check()).isEmpty();
    }
  }

  private static boolean isCompacted(Store store, long revision) {
    try {
      return store.get(Store.PRODUCTION, "apps/cv/operation", revision).isEmpty();
    } catch (CompactedException e) {
      return true;
    }
  }

  private static void write(Store store, String document, String text) {
    var value = Value.json("\"%s\"".formatted(text).getBytes(StandardCharsets.UTF_8));
    store.commit(Commit.of(Store.PRODUCTION, "ada", "", new Put("apps/cv/" + document, value)));
  }
}
