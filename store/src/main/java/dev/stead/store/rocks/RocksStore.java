package dev.stead.store.rocks;

import dev.stead.store.Backup;
import dev.stead.store.Branch;
import dev.stead.store.Change;
import dev.stead.store.Commit;
import dev.stead.store.CommitEnd;
import dev.stead.store.CommitResult;
import dev.stead.store.Difference;
import dev.stead.store.Entry;
import dev.stead.store.Fork;
import dev.stead.store.Lease;
import dev.stead.store.LeaseResult;
import dev.stead.store.LeaseWatch;
import dev.stead.store.Limits;
import dev.stead.store.Merge;
import dev.stead.store.MergeResult;
import dev.stead.store.Point;
import dev.stead.store.Retention;
import dev.stead.store.Revert;
import dev.stead.store.Store;
import dev.stead.store.StoreException;
import dev.stead.store.Version;
import dev.stead.store.Watch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.rocksdb.RocksDB;

/// A store on this server's disk. Its directory holds `rocks/` (RocksDB), `high-water` (how many
/// batches were acknowledged) and `lock` (who has it open).
///
/// Reads run on the caller's thread, writes on the committer's.
public final class RocksStore implements Store {
  private static final System.Logger LOG = System.getLogger(RocksStore.class.getName());

  private final DirectoryLock lock;
  private final HighWaterMark mark;
  private final Gate gate;
  private final Committer committer;
  private final InstantSource clock;
  private final FailPoint.Listener listener;
  private final Semaphore watches = new Semaphore(Limits.WATCHES_MAX);

  private RocksStore(
      DirectoryLock lock,
      HighWaterMark mark,
      Recovery recovery,
      InstantSource clock,
      FailPoint.Listener listener) {
    this.lock = lock;
    this.mark = mark;
    this.clock = clock;
    this.listener = listener;
    Recovery.Recovered recovered = recovery.open();
    for (String dropped : recovered.dropped()) {
      LOG.log(
          System.Logger.Level.WARNING,
          "The end of the store''s log was torn and is dropped; nothing acknowledged is lost: {0}",
          dropped);
    }
    gate = new Gate(recovered.engine());
    committer = new Committer(gate, recovery, mark, clock, listener);
    committer.start();
  }

  /// Opens the store in a directory, or makes one there.
  ///
  /// @param clock tells the time of commits and when leases end: the same wall clock whoever opens
  ///   it
  /// @throws StoreException when it is open in another place, is of an unknown format, or lacks
  ///   something that was acknowledged; nothing is changed then
  public static RocksStore open(Path directory, InstantSource clock) {
    return open(directory, clock, FailPoint.Listener.NOBODY);
  }

  /// @param listener is told what the store's way to the disk comes to
  static RocksStore open(Path directory, InstantSource clock, FailPoint.Listener listener) {
    RocksDB.loadLibrary();
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new StoreException("Could not make the directory %s: %s".formatted(directory, e), e);
    }
    DirectoryLock lock = DirectoryLock.take(directory);
    try {
      HighWaterMark mark = HighWaterMark.open(directory);
      try {
        Recovery recovery = new Recovery(directory, mark, listener);
        return new RocksStore(lock, mark, recovery, clock, listener);
      } catch (StoreException e) {
        mark.close();
        throw e;
      }
    } catch (StoreException e) {
      lock.close();
      throw e;
    }
  }

  /// Puts a backup in the place of the store in a directory, which nobody may have open: a sound
  /// one, a damaged one, or none. The former files are kept as `rocks.replaced` until the next
  /// time.
  ///
  /// @throws StoreException when the backup is not sound; nothing is changed then
  public static void restore(Path backup, Path directory, InstantSource clock) {
    Backups.restore(backup, directory, clock, FailPoint.Listener.NOBODY);
  }

  @Override
  public CommitResult commit(Commit commit) {
    Admission.admit(commit);
    return committer.submit(new Command.Apply(commit));
  }

  @Override
  public void begin(Commit commit, CommitEnd end) {
    Admission.admit(commit);
    committer.submit(new Command.Apply(commit), pending -> end.reached(pending::result));
  }

  @Override
  public Optional<Entry> get(String branch, String key) {
    return get(branch, key, Point.NEWEST);
  }

  @Override
  public Optional<Entry> get(String branch, String key, long revision) {
    Admission.key(key);
    return gate.read(
        engine -> {
          int number = engine.branches().number(branch);
          Optional<Entry> found = Timeline.get(engine, number, key, reached(engine, revision));
          // Deleted meanwhile, it may have been read through.
          engine.branches().record(number);
          return found;
        });
  }

  @Override
  public List<Entry> list(String branch, String prefix) {
    return list(branch, prefix, Point.NEWEST);
  }

  @Override
  public List<Entry> list(String branch, String prefix, long revision) {
    return list(new Point(branch, revision), prefix, "", Long.MAX_VALUE);
  }

  @Override
  public List<Entry> list(Point at, String prefix, String after, int limit) {
    Admission.listLimit(limit);
    return list(at, prefix, after, (long) limit);
  }

  private List<Entry> list(Point at, String prefix, String after, long limit) {
    Admission.prefix(prefix);
    Admission.prefix(after);
    return view(at, view -> Timeline.list(view, at, prefix, after, limit));
  }

  /// Reads as of one moment.
  private <T> T view(Point at, Function<View, T> reading) {
    return gate.read(
        engine -> {
          reached(engine, at.revision());
          try (View view = new View(engine)) {
            return reading.apply(view);
          }
        });
  }

  private static long reached(Engine engine, long revision) {
    if (revision < 0 || (revision > engine.head() && revision != Point.NEWEST)) {
      throw new IllegalArgumentException(
          "there is no revision %d; the newest is %d".formatted(revision, engine.head()));
    }
    return revision;
  }

  @Override
  public long revisionAt(Instant instant) {
    return gate.read(engine -> Timeline.revisionAt(engine, instant));
  }

  @Override
  public List<Difference> diff(Point left, Point right, String prefix) {
    return diff(left, right, new Timeline.Range(prefix, "", Long.MAX_VALUE));
  }

  @Override
  public List<Difference> diff(Point left, Point right, String prefix, String after, int limit) {
    Admission.listLimit(limit);
    return diff(left, right, new Timeline.Range(prefix, after, limit));
  }

  private List<Difference> diff(Point left, Point right, Timeline.Range range) {
    Admission.prefix(range.prefix());
    Admission.prefix(range.after());
    return view(
        left,
        view -> {
          reached(view.engine(), right.revision());
          return Timeline.diff(view, left, right, range);
        });
  }

  @Override
  public List<Change> history(String branch, String prefix, int limit) {
    return history(Point.newest(branch), prefix, limit);
  }

  @Override
  public List<Change> history(Point at, String prefix, int limit) {
    Admission.prefix(prefix);
    Admission.historyLimit(limit);
    return view(at, view -> Chronicle.history(view, layers(view, at), prefix, limit));
  }

  @Override
  public List<Version> versions(Point at, String key, int limit) {
    Admission.key(key);
    Admission.historyLimit(limit);
    return view(at, view -> Chronicle.versions(view, layers(view, at), key, limit));
  }

  private static List<Branches.Layer> layers(View view, Point at) {
    Branches branches = view.engine().branches();
    return branches.layers(branches.number(at.branch()), at.revision());
  }

  @Override
  public long head() {
    return gate.read(Engine::head);
  }

  @Override
  public String lineage() {
    return gate.read(Engine::lineage);
  }

  @Override
  public List<Branch> branches() {
    return gate.read(
        engine -> {
          try (View view = new View(engine)) {
            return Timeline.branches(view);
          }
        });
  }

  @Override
  public Branch fork(Fork fork) {
    Admission.admit(fork);
    return committer.submit(new Command.Branching(fork));
  }

  @Override
  public void deleteBranch(String name) {
    committer.submit(new Command.Deletion(name));
  }

  @Override
  public MergeResult merge(Merge merge) {
    Admission.signature(merge.author(), merge.message());
    return committer.submit(new Command.Merging(merge));
  }

  @Override
  public MergeResult revert(Revert revert) {
    Admission.signature(revert.author(), revert.message());
    return committer.submit(new Command.Reverting(revert));
  }

  @Override
  public Watch watch(String branch, String prefix, long after) {
    Admission.prefix(prefix);
    int number =
        gate.read(
            engine -> {
              reached(engine, after);
              return engine.branches().number(branch);
            });
    admitWatch();
    return new RocksWatch(
        gate,
        committer.arrivals(),
        new RocksWatch.Subject(number, prefix, after),
        watches::release);
  }

  private void admitWatch() {
    if (!watches.tryAcquire()) {
      throw new IllegalArgumentException(
          "%d watches are open; there can be no more".formatted(Limits.WATCHES_MAX));
    }
  }

  @Override
  public void retain(String prefix, Retention rule) {
    Admission.prefix(prefix);
    Admission.retention(rule);
    committer.submit(new Command.Retain(prefix, rule));
  }

  @Override
  public Map<String, Retention> retentions() {
    return gate.read(Retentions::all);
  }

  @Override
  public long compact() {
    long removed = 0;
    for (String prefix : retentions().keySet()) {
      for (Format.BranchRecord branch : gate.read(engine -> engine.branches().all())) {
        removed += compact(branch.number(), prefix);
      }
    }
    return removed;
  }

  private long compact(int branch, String prefix) {
    long removed = 0;
    Optional<String> after = Optional.of("");
    while (after.isPresent()) {
      Compaction.Step step =
          committer.submit(new Command.Compact(branch, prefix, after.orElseThrow()));
      removed += step.removed();
      after = step.next();
    }
    return removed;
  }

  @Override
  public Backup backup(Path directory) {
    return gate.read(engine -> Backups.make(engine, directory, listener));
  }

  @Override
  public LeaseResult acquire(String name, String owner, String note, Duration timeToLive) {
    Admission.lease(name, owner);
    Admission.note(note);
    Admission.timeToLive(timeToLive);
    // Stored in milliseconds: what is returned is what is stored.
    Duration stored = Duration.ofMillis(timeToLive.toMillis());
    return committer.submit(new Command.Acquire(name, owner, note, stored));
  }

  @Override
  public boolean renew(String name, String owner) {
    Admission.lease(name, owner);
    return committer.submit(new Command.Renew(name, owner));
  }

  @Override
  public void release(String name, String owner) {
    Admission.lease(name, owner);
    committer.submit(new Command.Release(name, owner));
  }

  @Override
  public Optional<Lease> lease(String name) {
    Admission.key(name);
    return gate.read(engine -> Timeline.lease(engine, name))
        .filter(lease -> clock.instant().isBefore(lease.expires()));
  }

  @Override
  public LeaseWatch watchLeases(String prefix) {
    Admission.prefix(prefix);
    admitWatch();
    return new RocksLeaseWatch(gate, committer.leaseArrivals(), clock, prefix, watches::release);
  }

  @Override
  public List<String> check() {
    return gate.read(Inspection::inspect);
  }

  @Override
  public void close() {
    committer.stop();
    try {
      gate.close();
    } finally {
      try {
        mark.close();
      } finally {
        lock.close();
      }
    }
  }
}
