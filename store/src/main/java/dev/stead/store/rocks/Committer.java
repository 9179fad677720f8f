package dev.stead.store.rocks;

import dev.stead.store.CompactedException;
import dev.stead.store.StoreException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.rocksdb.RocksDBException;

/// The one thread that writes, and the only place where a command becomes durable. It takes all
/// commands that wait, lets the [StateMachine] apply them in order, writes and syncs what they
/// change as one batch, and only then tells those who wait. Meanwhile the next ones queue up.
///
/// When the disk refuses a batch, whether it is on disk is unknown. All who wait for it are told
/// so, and before the next command the engine is closed and recovered: what the disk then holds is
/// the state. A disk that is nearly full is not tried at all (see [Reserve]): writes are refused
/// while reads go on, and the store is back by itself once there is room again.
///
/// A platform thread: it spends its life in native calls, which would pin a virtual thread's
/// carrier.
final class Committer {
  /// A batch takes no more commands once it has so many bytes.
  static final int GROUP_BYTES_MAX = 4 << 20;

  private static final int TOLD_AT_ONCE = 16;
  private static final Duration MARK_FORCE_DELAY = Duration.ofSeconds(1);

  private final Gate gate;
  private final Recovery recovery;
  private final HighWaterMark mark;
  private final InstantSource clock;
  private final FailPoint.Listener listener;
  private final Arrivals arrivals = new Arrivals();
  private final Arrivals leaseArrivals = new Arrivals();
  private final CommandQueue queue = new CommandQueue();
  private final Thread thread;

  // the thread's own
  private boolean inDoubt;

  Committer(
      Gate gate,
      Recovery recovery,
      HighWaterMark mark,
      InstantSource clock,
      FailPoint.Listener listener) {
    this.gate = gate;
    this.recovery = recovery;
    this.mark = mark;
    this.clock = clock;
    this.listener = listener;
    this.thread = Thread.ofPlatform().name("stead-store-committer").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /// Where to wait for what is committed.
  Arrivals arrivals() {
    return arrivals;
  }

  /// Where to wait for what changes leases.
  Arrivals leaseArrivals() {
    return leaseArrivals;
  }

  /// Waits until the command is durable, and tells what became of it.
  <R> R submit(Command<R> command) {
    Pending<R> pending = new Pending<>(command);
    queue.add(pending);
    return pending.await();
  }

  /// The same without waiting.
  ///
  /// @param whenTold is called once, on the committer's thread or another of the store's
  <R> void submit(Command<R> command, Consumer<Pending<R>> whenTold) {
    queue.add(new Pending<>(command, whenTold));
  }

  /// Returns when all that was submitted is done and the thread has ended.
  void stop() {
    queue.close();
    arrivals.end();
    leaseArrivals.end();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    boolean running = true;
    while (running) {
      List<Pending<?>> waiting = List.of();
      try {
        waiting = takeWaiting();
        running = !waiting.isEmpty();
        listener.reached(FailPoint.TAKEN);
        tell(waiting, commit(waiting));
      } catch (Exception | Error e) {
        inDoubt = true;
        waiting.forEach(pending -> pending.fail(e));
      }
    }
  }

  /// Tells all what became of theirs. Where they are many, another thread does: waking them up
  /// takes as long as committing the next, which only this one can.
  private void tell(List<Pending<?>> waiting, List<Object> outcomes) {
    Runnable telling =
        () -> {
          for (int i = 0; i < outcomes.size(); i++) {
            waiting.get(i).complete(outcomes.get(i));
          }
          listener.reached(FailPoint.TOLD);
        };
    if (outcomes.size() > TOLD_AT_ONCE) {
      Thread.ofVirtual().name("stead-store-teller").start(telling);
    } else {
      telling.run();
    }
  }

  /// With no command for a while, forces the mark and goes on waiting.
  private List<Pending<?>> takeWaiting() throws InterruptedException {
    if (!queue.await(MARK_FORCE_DELAY)) {
      mark.force();
    }
    return queue.take();
  }

  private List<Object> commit(List<Pending<?>> waiting) throws RocksDBException {
    List<Object> outcomes = new ArrayList<>();
    while (outcomes.size() < waiting.size()) {
      List<Pending<?>> rest = waiting.subList(outcomes.size(), waiting.size());
      Optional<StoreException> lack = recovery.reserve().lack();
      if (lack.isPresent()) {
        outcomes.addAll(Collections.nCopies(rest.size(), new Pending.Refused(lack.orElseThrow())));
      } else {
        recoverWhenInDoubt();
        commitGroup(rest, outcomes);
      }
    }
    return outcomes;
  }

  private void recoverWhenInDoubt() throws RocksDBException {
    if (inDoubt) {
      gate.replace(() -> recovery.open().engine());
      inDoubt = false;
      // What was in doubt may be there.
      arrivals.announce(gate.engine().head());
      leaseArrivals.announce(gate.engine().batches());
    }
  }

  /// Commits as many as fit into one batch.
  private void commitGroup(List<Pending<?>> waiting, List<Object> outcomes)
      throws RocksDBException {
    Engine engine = gate.engine();
    try (Group group = new Group(engine)) {
      StateMachine machine = new StateMachine(group, engine);
      boolean first = true;
      for (Pending<?> pending : waiting) {
        boolean alone = pending.command() instanceof Command.Alone<?>;
        if (alone && !first) {
          break;
        }
        outcomes.add(apply(machine, pending.command(), group.head() + 1));
        if (alone || group.bytes() >= GROUP_BYTES_MAX) {
          break;
        }
        first = false;
      }
      if (!group.isEmpty()) {
        listener.reached(FailPoint.APPLIED);
        group.write();
        listener.reached(FailPoint.SYNCED);
        mark.advance(engine.batches());
        listener.reached(FailPoint.MARKED);
        arrivals.announce(group.head());
        if (group.changesLeases()) {
          leaseArrivals.announce(engine.batches());
        }
      }
    }
  }

  private Object apply(StateMachine machine, Command<?> command, long revision)
      throws RocksDBException {
    try {
      return machine.apply(command, revision, clock.instant());
    } catch (IllegalArgumentException | CompactedException e) {
      return new Pending.Refused(e);
    }
  }
}
