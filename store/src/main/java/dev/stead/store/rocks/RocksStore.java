package dev.stead.store.rocks;

import dev.stead.store.Change;
import dev.stead.store.Commit;
import dev.stead.store.CommitResult;
import dev.stead.store.Entry;
import dev.stead.store.Lease;
import dev.stead.store.LeaseResult;
import dev.stead.store.Store;
import dev.stead.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
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

  private RocksStore(
      DirectoryLock lock, HighWaterMark mark, Recovery recovery, InstantSource clock) {
    this.lock = lock;
    this.mark = mark;
    this.clock = clock;
    Recovery.Recovered recovered = recovery.open();
    for (String dropped : recovered.dropped()) {
      LOG.log(
          System.Logger.Level.WARNING,
          "The end of the store''s log was torn and is dropped; nothing acknowledged is lost: {0}",
          dropped);
    }
    gate = new Gate(recovered.engine());
    committer = new Committer(gate, recovery, mark, clock);
    committer.start();
  }

  /// Opens the store in a directory, or makes one there.
  ///
  /// @param clock tells the time of commits and when leases end: the same wall clock whoever opens
  ///   it
  /// @throws StoreException when it is open in another place, is of an unknown format, or lacks
  ///   something that was acknowledged; nothing is changed then
  public static RocksStore open(Path directory, InstantSource clock) {
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
        return new RocksStore(lock, mark, new Recovery(directory, mark), clock);
      } catch (StoreException e) {
        mark.close();
        throw e;
      }
    } catch (StoreException e) {
      lock.close();
      throw e;
    }
  }

  @Override
  public CommitResult commit(Commit commit) {
    Admission.admit(commit);
    gate.read(engine -> engine.branch(commit.branch()));
    return committer.submit(new Command.Apply(commit));
  }

  @Override
  public Optional<Entry> get(String branch, String key) {
    Admission.key(key);
    return gate.read(engine -> Timeline.get(engine, engine.branch(branch), key, engine.head()));
  }

  @Override
  public Optional<Entry> get(String branch, String key, long revision) {
    Admission.key(key);
    return gate.read(
        engine -> Timeline.get(engine, engine.branch(branch), key, reached(engine, revision)));
  }

  @Override
  public List<Entry> list(String branch, String prefix) {
    Admission.prefix(prefix);
    return gate.read(engine -> Timeline.list(engine, engine.branch(branch), prefix, engine.head()));
  }

  @Override
  public List<Entry> list(String branch, String prefix, long revision) {
    Admission.prefix(prefix);
    return gate.read(
        engine -> Timeline.list(engine, engine.branch(branch), prefix, reached(engine, revision)));
  }

  private static long reached(Engine engine, long revision) {
    if (revision < 0 || revision > engine.head()) {
      throw new IllegalArgumentException(
          "there is no revision %d; the newest is %d".formatted(revision, engine.head()));
    }
    return revision;
  }

  @Override
  public List<Change> history(String branch, String prefix, int limit) {
    Admission.prefix(prefix);
    Admission.historyLimit(limit);
    return gate.read(engine -> Timeline.history(engine, engine.branch(branch), prefix, limit));
  }

  @Override
  public long head() {
    return gate.read(Engine::head);
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
