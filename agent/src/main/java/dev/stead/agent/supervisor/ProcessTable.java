package dev.stead.agent.supervisor;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/// The process table as it was a moment ago, read once for all watches. Safe for concurrent use:
/// two readers at once may each read it anew.
final class ProcessTable {
  private static final long FRESH_NANOS = Duration.ofMillis(400).toNanos();

  private final AtomicReference<Snapshot> latest =
      new AtomicReference<>(new Snapshot(System.nanoTime() - FRESH_NANOS, List.of()));

  private record Snapshot(long takenNanos, List<Processes.Entry> entries) {}

  List<Processes.Entry> session(long leader) {
    return recent().stream().filter(entry -> entry.session() == leader).toList();
  }

  private List<Processes.Entry> recent() {
    Snapshot snapshot = latest.get();
    if (System.nanoTime() - snapshot.takenNanos() >= FRESH_NANOS) {
      snapshot = new Snapshot(System.nanoTime(), Processes.all());
      latest.set(snapshot);
    }
    return snapshot.entries();
  }
}
