package dev.stead.store.rocks;

import dev.stead.store.Branch;
import dev.stead.store.Fork;
import dev.stead.store.Limits;
import java.time.Instant;
import java.util.Optional;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/// What making and deleting a branch does to the state.
final class Forking {
  private final Group group;
  private final Engine engine;

  Forking(Group group, Engine engine) {
    this.group = group;
    this.engine = engine;
  }

  Branch fork(Fork fork, Instant time) throws RocksDBException {
    Branches branches = engine.branches();
    int parent = branches.number(fork.parent());
    if (branches.isNamed(fork.name())) {
      throw new IllegalArgumentException("there is a branch '%s' already".formatted(fork.name()));
    }
    Admission.atMost(branches.size() + 1L, Limits.BRANCHES_MAX, "branches");
    int depth = branches.layers(parent, Long.MAX_VALUE).size();
    Admission.atMost(depth, Limits.FORK_DEPTH_MAX, "forks of forks");
    long seen = group.head(fork.parent());
    if (fork.revision().isPresent()) {
      seen = Math.min(seen, newestUpTo(parent, reached(fork.revision().orElseThrow())));
    }
    Format.BranchRecord branch =
        new Format.BranchRecord(
            branches.next(),
            fork.name(),
            parent,
            seen,
            fork.scope(),
            fork.author(),
            fork.message(),
            time,
            true);
    group.addBranch(branch);
    return branches.with(branch).branch(branch.number(), seen);
  }

  private long reached(long revision) {
    if (revision < 0 || revision > engine.head()) {
      throw new IllegalArgumentException(
          "there is no revision %d; the newest is %d".formatted(revision, engine.head()));
    }
    return revision;
  }

  /// The newest commit of a branch up to a revision; that itself when it lies before the branch was
  /// forked.
  private long newestUpTo(int branch, long revision) {
    long start = engine.branches().record(branch).fork();
    try (RocksIterator walk = engine.walk(Engine.Family.COMMITS)) {
      walk.seekForPrev(Format.number(revision));
      while (walk.isValid() && Format.number(walk.key()) > start) {
        if (Format.commit(walk.value()).branch() == branch) {
          return Format.number(walk.key());
        }
        walk.prev();
      }
      engine.verify(walk);
    }
    return Math.min(start, revision);
  }

  boolean delete(String name) throws RocksDBException {
    Format.BranchRecord branch = engine.branches().record(engine.branches().number(name));
    if (branch.parent() == 0) {
      throw new IllegalArgumentException(
          "the branch '%s' is the first one and stays".formatted(name));
    }
    Optional<Format.BranchRecord> child = engine.branches().child(branch.number());
    if (child.isPresent()) {
      throw new IllegalArgumentException(
          "the branch '%s' is needed by '%s', which was forked from it: delete that first"
              .formatted(name, child.orElseThrow().name()));
    }
    group.deleteBranch(branch);
    return true;
  }
}
