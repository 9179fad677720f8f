package dev.stead.store;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// A versioned key-value store. A commit is atomic and durable before [#commit] returns; every
/// commit gets the next revision of the whole store, and every revision stays readable. Safe for
/// concurrent use.
///
/// Leases stand beside the versioned space and have no history.
public interface Store extends AutoCloseable {

  /// The branch that a new store has.
  String PRODUCTION = "production";

  /// Applies all changes of a commit, or none when one of its conditions does not hold.
  ///
  /// @throws IllegalArgumentException when a limit of [Limits] is exceeded
  /// @throws StoreException when the disk refuses. Whether the commit is there is then known once
  ///   the store has been opened again: read before repeating it
  CommitResult commit(Commit commit);

  /// The newest value of a key, unless it was deleted or never was.
  Optional<Entry> get(String branch, String key);

  /// The value as of a revision.
  ///
  /// @throws IllegalArgumentException when the revision is not there yet
  Optional<Entry> get(String branch, String key, long revision);

  /// The live entries whose keys start with the prefix, in key order.
  List<Entry> list(String branch, String prefix);

  List<Entry> list(String branch, String prefix, long revision);

  /// What happened to the keys under a prefix, newest first, deletes included.
  ///
  /// @param limit at most so many, 1 … [Limits#HISTORY_MAX]
  List<Change> history(String branch, String prefix, int limit);

  /// The newest revision, 0 in a new store.
  long head();

  /// Takes a lease, or says who holds it. One that has expired is free; one that the owner already
  /// has is prolonged.
  ///
  /// @param timeToLive up to [Limits#LEASE_TIME_TO_LIVE_MAX]
  LeaseResult acquire(String name, String owner, String note, Duration timeToLive);

  /// Prolongs a lease: it ends its time to live from now. False when it is no longer the owner's.
  boolean renew(String name, String owner);

  /// Gives a lease back. Does nothing when it is no longer the owner's.
  void release(String name, String owner);

  /// The lease as it is held now; empty when nobody holds it.
  Optional<Lease> lease(String name);

  /// Walks everything and proves the invariants; the result names each violation, and is empty for
  /// a sound store.
  List<String> check();

  @Override
  void close();
}
