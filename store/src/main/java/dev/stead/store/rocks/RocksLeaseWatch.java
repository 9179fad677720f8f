package dev.stead.store.rocks;

import dev.stead.store.Lease;
import dev.stead.store.LeaseWatch;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// A watch that reads all leases under its prefix whenever one changed or ended, and tells one
/// difference to what it told before at a time.
final class RocksLeaseWatch implements LeaseWatch {
  private final Gate gate;
  private final Arrivals arrivals;
  private final InstantSource clock;
  private final String prefix;
  private final Runnable closing;
  private final SortedMap<String, Lease> told = new TreeMap<>();

  /// When the next one ends by itself, unless it is renewed.
  private Instant nextEnd = Instant.MAX;

  private boolean closed;

  RocksLeaseWatch(
      Gate gate, Arrivals arrivals, InstantSource clock, String prefix, Runnable closing) {
    this.gate = gate;
    this.arrivals = arrivals;
    this.clock = clock;
    this.prefix = prefix;
    this.closing = closing;
  }

  @Override
  public Optional<Seen> next(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!closed) {
      // Before looking: what arrives meanwhile is looked at once more.
      long arrived = arrivals.newest();
      Optional<Seen> found = find(gate.read(engine -> Timeline.leases(engine, prefix)));
      long left = deadline - System.nanoTime();
      if (found.isPresent() || left <= 0) {
        return found;
      }
      arrivals.awaitBehind(arrived, Math.min(left, nanosToNextEnd()));
    }
    throw new IllegalStateException("the watch is closed");
  }

  private Optional<Seen> find(SortedMap<String, Lease> leases) {
    Instant now = clock.instant();
    leases.values().removeIf(lease -> !now.isBefore(lease.expires()));
    nextEnd =
        leases.values().stream().map(Lease::expires).min(Instant::compareTo).orElse(Instant.MAX);
    for (Lease lease : told.values()) {
      if (!isHeld(lease, leases)) {
        told.remove(lease.name());
        return Optional.of(new Seen.Lost(lease));
      }
    }
    for (Lease lease : leases.values()) {
      if (told.putIfAbsent(lease.name(), lease) == null) {
        return Optional.of(new Seen.Taken(lease));
      }
    }
    return Optional.empty();
  }

  private static boolean isHeld(Lease lease, SortedMap<String, Lease> leases) {
    Lease now = leases.get(lease.name());
    return now != null && now.owner().equals(lease.owner()) && now.since().equals(lease.since());
  }

  private long nanosToNextEnd() {
    return nextEnd.equals(Instant.MAX)
        ? Long.MAX_VALUE
        : Math.max(1, clock.instant().until(nextEnd).toNanos());
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      closing.run();
    }
  }
}
