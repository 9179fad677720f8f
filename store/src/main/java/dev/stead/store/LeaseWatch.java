package dev.stead.store;

import java.time.Duration;
import java.util.Optional;

/// A walk through who takes and who loses the leases under a prefix: first those that are held,
/// then each change. Renewing is none. Nothing is buffered for it: it compares what is held with
/// what it told last, so that a lease that was taken and lost between two looks is not seen. It
/// survives nothing: who comes back opens another, which begins with those that are held.
///
/// Used by one thread.
public interface LeaseWatch extends AutoCloseable {
  /// The next one, waited for until the patience is over.
  ///
  /// @throws IllegalStateException when the store is closed
  Optional<Seen> next(Duration patience) throws InterruptedException;

  @Override
  void close();

  /// What a watch came to.
  sealed interface Seen {
    /// Its owner got it.
    record Taken(Lease lease) implements Seen {}

    /// Its owner has it no longer: it was given back, or its time was over.
    ///
    /// @param lease as it was told when it was taken
    record Lost(Lease lease) implements Seen {}
  }
}
