package dev.stead.agent.certs;

import dev.stead.agent.edge.EdgeLink;
import dev.stead.agent.edge.EdgeLink.Pushed;
import dev.stead.edge.control.CertificateSet;
import dev.stead.edge.control.ChallengeSet;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Keeps the edge supplied with the certificates that are kept and the answers that CAs are to get.
/// One thread of its own pushes certificates, so that generations rise in the order of what they
/// say; an edge that comes back with an older set, or with none, gets the newest within a second.
final class Delivery implements Responder, AutoCloseable {
  private static final Logger LOG = System.getLogger(Delivery.class.getName());
  private static final Duration WATCH = Duration.ofSeconds(1);

  /// No edge has this generation: what one has after this agent's start is not taken for granted.
  private static final long NOTHING = -1;

  private static final ChallengeSet NONE = new ChallengeSet(List.of(), List.of());

  private final EdgeLink edge;
  private final Shelf shelf;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Thread thread;

  // Guarded by the lock.
  private ChallengeSet challenges = NONE;
  private long wanted;
  private long delivered;
  private Optional<String> declined = Optional.empty();
  private boolean closed;

  // Of the thread only: the newest generation made, and the newest that the edge took from here.
  private long generation;
  private long applied = NOTHING;
  private boolean looked;

  /// @param firstGeneration below the first that is pushed
  Delivery(EdgeLink edge, Shelf shelf, long firstGeneration) {
    this.edge = edge;
    this.shelf = shelf;
    this.generation = firstGeneration;
    this.thread = Thread.ofVirtual().name("certificates to the edge").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /// Asks for a push of what is kept now and does not wait for it.
  void request() {
    lock.lock();
    try {
      wanted++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Blocks until the edge serves what was kept when this was called, or the time has passed.
  void await(Duration patience) throws InterruptedException {
    lock.lock();
    try {
      var asked = wanted;
      var nanos = patience.toNanos();
      while (delivered < asked && !closed && nanos > 0) {
        nanos = changed.awaitNanos(nanos);
      }
    } finally {
      lock.unlock();
    }
  }

  /// Why the edge does not take the certificates.
  Optional<String> declined() {
    lock.lock();
    try {
      return declined;
    } finally {
      lock.unlock();
    }
  }

  /// From now on these are pushed again and again, since an edge that was started anew has
  /// forgotten them.
  @Override
  public void answer(ChallengeSet set) throws IOException {
    lock.lock();
    try {
      challenges = set;
    } finally {
      lock.unlock();
    }
    edge.answer(set);
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    thread.interrupt();
  }

  private void run() {
    try {
      while (awaitWork()) {
        try {
          turn();
        } catch (RuntimeException e) {
          LOG.log(Level.ERROR, "pushing certificates to the edge failed", e);
          pause();
        }
      }
    } catch (InterruptedException e) {
      // Only close() interrupts.
      return;
    }
  }

  /// Waits for a request, but no longer than until the next look at the edge.
  private boolean awaitWork() throws InterruptedException {
    lock.lock();
    try {
      var nanos = WATCH.toNanos();
      var seen = wanted;
      while (seen == wanted && delivered == wanted && !closed && nanos > 0) {
        nanos = changed.awaitNanos(nanos);
      }
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  private void turn() throws InterruptedException {
    if (looked && nothingToDeliver()) {
      return;
    }
    try {
      repeatChallenges();
      var found = edge.report().certificatesGeneration();
      if (outdated(found)) {
        generation = Math.max(generation, found) + 1;
        push(found);
      }
      looked = true;
    } catch (IOException e) {
      // It is being started again; the operations' own line to it says so where it matters.
      pause();
    }
  }

  /// Most homes have no certificates: there the edge is asked once.
  private boolean nothingToDeliver() {
    lock.lock();
    try {
      return challenges.equals(NONE) && delivered == wanted && shelf.items().isEmpty();
    } finally {
      lock.unlock();
    }
  }

  private void repeatChallenges() throws IOException {
    ChallengeSet now;
    lock.lock();
    try {
      now = challenges;
    } finally {
      lock.unlock();
    }
    if (!now.equals(NONE)) {
      edge.answer(now);
    }
  }

  /// An edge without certificates is as it should be where none are kept.
  private boolean outdated(long found) {
    lock.lock();
    try {
      return delivered < wanted || (found != applied && !(found == 0 && shelf.items().isEmpty()));
    } finally {
      lock.unlock();
    }
  }

  private void push(long found) throws IOException {
    long upTo;
    lock.lock();
    try {
      upTo = wanted;
    } finally {
      lock.unlock();
    }
    var pushed = edge.push(new CertificateSet(generation, shelf.certificates()));
    lock.lock();
    try {
      delivered = upTo;
      declined =
          switch (pushed) {
            case Pushed.Applied _ -> Optional.empty();
            case Pushed.Declined(var problems) -> Optional.of(String.join("; ", problems));
          };
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    applied = pushed instanceof Pushed.Applied ? generation : found;
  }

  private void pause() throws InterruptedException {
    lock.lock();
    try {
      var nanos = WATCH.toNanos();
      while (!closed && nanos > 0) {
        nanos = changed.awaitNanos(nanos);
      }
    } finally {
      lock.unlock();
    }
  }
}
