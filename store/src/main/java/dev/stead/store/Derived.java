package dev.stead.store;

import java.util.Optional;
import java.util.function.Supplier;

/// What is worked out from a store: kept, and worked out anew only once the store has changed. For
/// one thread.
///
/// @param <T> what it is
public final class Derived<T> {
  private final Store store;
  private final Supplier<T> work;
  private Optional<T> kept = Optional.empty();
  private long seen;

  /// @param work reads that store and nothing else that changes
  public Derived(Store store, Supplier<T> work) {
    this.store = store;
    this.work = work;
  }

  /// The value as of the store's last commit, or a later one.
  ///
  /// @throws StoreException when the store cannot be read
  public T get() {
    // Asked for before it is read: a commit in between is looked at again.
    var head = store.head();
    if (kept.isEmpty() || head != seen) {
      kept = Optional.of(work.get());
      seen = head;
    }
    return kept.orElseThrow();
  }
}
