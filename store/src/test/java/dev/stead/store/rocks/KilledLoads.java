package dev.stead.store.rocks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.store.Entry;
import dev.stead.store.Store;
import dev.stead.store.Watch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A store that one [WriteLoad] after another is killed over, and what they said of it: the writes
/// that were acknowledged, and the commits that were watched.
final class KilledLoads {
  private final Path directory;
  private final Path scratch;
  private final Map<String, Long> acknowledged = new HashMap<>();
  private final List<Long> watched = new ArrayList<>();
  private int loads;

  /// @param scratch where the children's native library is put
  KilledLoads(Path directory, Path scratch) {
    this.directory = directory;
    this.scratch = scratch;
  }

  int acknowledged() {
    return acknowledged.size();
  }

  /// Starts the next one. What it says is noted as it is read.
  ///
  /// @param killPoint where it waits for the kill, if anywhere
  Child load(String... killPoint) throws IOException {
    List<String> arguments = new ArrayList<>();
    arguments.add(directory.toString());
    arguments.add("load-" + loads++);
    arguments.add(Long.toString(lastSeen()));
    arguments.addAll(List.of(killPoint));
    return new Child(scratch, WriteLoad.class, arguments.toArray(String[]::new));
  }

  /// Kills one once so many writes more are acknowledged.
  void killAfter(int writes) throws IOException, InterruptedException {
    try (Child load = load()) {
      int enough = acknowledged.size() + writes;
      while (acknowledged.size() < enough) {
        note(load.line());
      }
      load.kill().forEach(this::note);
    }
  }

  /// Kills one where it has come to a point for the last time of so many.
  void killAt(FailPoint point, int passages) throws IOException, InterruptedException {
    try (Child load = load(point + ":" + (passages - 1))) {
      readUntil(load, KillPoint.SIGN);
      load.kill().forEach(this::note);
    }
  }

  /// The next line that starts so.
  String readUntil(Child load, String start) throws IOException {
    String line = load.line();
    for (; !line.startsWith(start); line = load.line()) {
      note(line);
    }
    return line;
  }

  void note(String line) {
    if (line.startsWith(WriteLoad.SEEN)) {
      see(Long.parseLong(line.substring(WriteLoad.SEEN.length())));
    } else if (!line.startsWith(WriteLoad.REFUSED) && !line.startsWith(KillPoint.SIGN)) {
      String[] words = line.split(" ", 2);
      acknowledged.put(words[1], Long.valueOf(words[0]));
    }
  }

  /// Opens the store: every acknowledged write is there, nothing is half there, and the watch has
  /// seen each of them once and in order, whoever watched.
  void assertNothingIsLost() throws InterruptedException {
    try (RocksStore store = RocksStore.open(directory, InstantSource.system())) {
      assertThat(store.check()).isEmpty();
      acknowledged.forEach(
          (key, revision) -> {
            Entry entry = store.get(Store.PRODUCTION, key).orElseThrow();
            assertThat(entry.revision()).isEqualTo(revision);
            assertThat(entry.value().bytes()).isEqualTo(WriteLoad.padded(key));
          });
      watchOn(store);
    }
    Set<Long> missed = new HashSet<>(acknowledged.values());
    watched.forEach(missed::remove);
    assertThat(missed).as("acknowledged but not seen by the watch").isEmpty();
  }

  private void see(long revision) {
    assertThat(revision).as("seen in order and once").isGreaterThan(lastSeen());
    watched.add(revision);
  }

  private long lastSeen() {
    return watched.isEmpty() ? 0 : watched.getLast();
  }

  private void watchOn(RocksStore store) throws InterruptedException {
    try (Watch watch = store.watch(Store.PRODUCTION, "", lastSeen())) {
      for (Optional<Watch.Seen> seen = watch.next(Duration.ZERO);
          seen.isPresent();
          seen = watch.next(Duration.ZERO)) {
        see(seen.orElseThrow().revision());
      }
    }
  }
}
