package dev.stead.store;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A versioned key-value store. A commit is atomic and durable before [#commit] returns; every
/// commit gets the next revision of the whole store, and every revision stays readable until
/// [#compact] removes what a [Retention] gave up. Safe for concurrent use; linearizable.
///
/// A [Branch] is a fork of everything that another one had at some revision. Leases stand beside
/// the versioned space and have no history.
///
/// Whatever names a branch that is not there, or exceeds one of [Limits], is refused with
/// [IllegalArgumentException]; a read of what was compacted, with [CompactedException]; and when
/// the disk refuses, with [StoreException].
public interface Store extends AutoCloseable {

  /// The branch that a new store has.
  String PRODUCTION = "production";

  /// Applies all changes of a commit, or none when one of its conditions does not hold.
  ///
  /// @throws StoreException when the disk refuses. Whether the commit is there is then known once
  ///   the store has been opened again: read before repeating it
  CommitResult commit(Commit commit);

  /// The same without waiting: returns at once, and tells later.
  ///
  /// @throws StoreException when too many writes wait already; what is refused before it is queued
  ///   is thrown here, and nobody is told then
  void begin(Commit commit, CommitEnd end);

  /// The newest value of a key, unless it was deleted or never was.
  Optional<Entry> get(String branch, String key);

  /// The value as of a revision. Before a branch was forked that is its parent's.
  ///
  /// @throws IllegalArgumentException when the revision is not there yet
  Optional<Entry> get(String branch, String key, long revision);

  /// The live entries whose keys start with the prefix, in the order of the keys' bytes.
  List<Entry> list(String branch, String prefix);

  List<Entry> list(String branch, String prefix, long revision);

  /// One page of such a list.
  ///
  /// @param after the key that the page before ended with; `""` for the first page
  /// @param limit at most so many, 1 … [Limits#LIST_MAX]
  List<Entry> list(Point at, String prefix, String after, int limit);

  /// The newest revision that was committed by then, 0 when none was. A commit is never older than
  /// one with a lower revision, also when the clock was set back.
  long revisionAt(Instant instant);

  /// The keys under a prefix whose content type or bytes are not the same at two points, in the
  /// order of the keys' bytes.
  List<Difference> diff(Point left, Point right, String prefix);

  /// One page of it.
  ///
  /// @param after the key that the page before ended with; `""` for the first page
  /// @param limit at most so many, 1 … [Limits#LIST_MAX]
  List<Difference> diff(Point left, Point right, String prefix, String after, int limit);

  /// What happened to the keys under a prefix, newest first, deletes included; on a fork also what
  /// happened on its parent before. Changes that were compacted are left out. Ends early when the
  /// values have [Limits#HISTORY_BYTES_MAX] together.
  ///
  /// @param limit at most so many, 1 … [Limits#HISTORY_MAX]
  List<Change> history(String branch, String prefix, int limit);

  /// The page of it that is as of an older revision.
  List<Change> history(Point at, String prefix, int limit);

  /// What happened to one key, newest first, each with the patch to what was before. Ends early as
  /// [#history] does.
  ///
  /// @param limit at most so many, 1 … [Limits#HISTORY_MAX]
  List<Version> versions(Point at, String key, int limit);

  /// The newest revision, 0 in a new store.
  long head();

  /// What tells this store's revisions from those of the store whose place it took when a backup
  /// was restored: the same numbers may stand for other commits there. Empty where that never was.
  String lineage();

  /// All branches, by name.
  List<Branch> branches();

  Branch fork(Fork fork);

  /// Deletes a branch with all that was committed to it; the commits' records stay. Refused for one
  /// that others were forked from, and for the first branch.
  void deleteBranch(String name);

  MergeResult merge(Merge merge);

  MergeResult revert(Revert revert);

  /// Watches the commits after a revision. Close it.
  ///
  /// @param after 0 for all; on a fork, its parent's commits before the fork are seen as well
  Watch watch(String branch, String prefix, long after);

  /// Sets the rule for the keys under a prefix, on all branches. Of several rules that fit a key
  /// the longest prefix counts.
  void retain(String prefix, Retention rule);

  /// The rules by prefix.
  Map<String, Retention> retentions();

  /// Removes what no rule keeps any more, while serving.
  ///
  /// @return how many values were removed
  long compact();

  /// Copies the store as it is now into a directory that is not there yet, while serving. The copy
  /// is a store itself.
  Backup backup(Path directory);

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

  /// Watches who takes and who loses the leases whose names start with a prefix. Close it.
  LeaseWatch watchLeases(String prefix);

  /// Walks everything and proves the invariants; the result names each violation, and is empty for
  /// a sound store.
  List<String> check();

  @Override
  void close();
}
