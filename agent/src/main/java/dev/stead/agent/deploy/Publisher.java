package dev.stead.agent.deploy;

import dev.stead.agent.edge.EdgeLink;
import dev.stead.agent.edge.EdgeLink.Pushed;
import dev.stead.edge.control.EdgeReport;
import dev.stead.sdk.Answers;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Keeps the edge's table equal to what is live. One thread of its own makes and pushes tables, so
/// that generations rise in the order of what they say; operations ask it for a push and wait. An
/// edge that comes back with an older table, or none, gets the newest again within a second.
final class Publisher implements AutoCloseable {
  private static final Duration WATCH = Duration.ofSeconds(1);
  private static final Duration RETRY = Duration.ofMillis(100);

  /// After so long without an answer of the edge, the one who waits for it hears about it.
  private static final Duration SILENCE = Duration.ofSeconds(3);

  private final EdgeLink edge;
  private final Routes routes;
  private final int httpPort;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Thread thread;

  // Guarded by the lock.
  private final Set<String> held = new HashSet<>();
  private final Set<String> leftOut = new HashSet<>();
  private long wanted;
  private long published;
  private long declinedAt;
  private List<String> declined = List.of();
  private Optional<EdgeReport> report = Optional.empty();
  private String silent = "it was not asked yet";
  private boolean closed;

  // Of the thread only: the newest generation made, and the newest that the edge took.
  private long generation;
  private long applied;

  Publisher(EdgeLink edge, Routes routes, long firstGeneration, int httpPort) {
    this.edge = edge;
    this.routes = routes;
    this.generation = firstGeneration;
    this.httpPort = httpPort;
    this.thread = Thread.ofVirtual().name("routes").unstarted(this::run);
  }

  void start() {
    thread.start();
    request();
  }

  /// Makes the edge hold the app's requests from the next push on.
  void hold(String app) {
    lock.lock();
    try {
      held.add(app);
    } finally {
      lock.unlock();
    }
  }

  /// Lets the app's held requests go on with the next push.
  void unhold(String app) {
    lock.lock();
    try {
      held.remove(app);
    } finally {
      lock.unlock();
    }
  }

  /// Keeps new requests from a target from the next push on.
  void leaveOut(String target) {
    lock.lock();
    try {
      leftOut.add(target);
    } finally {
      lock.unlock();
    }
  }

  /// Lets them come to it again with the next push.
  void takeIn(String target) {
    lock.lock();
    try {
      leftOut.remove(target);
    } finally {
      lock.unlock();
    }
  }

  /// Asks for a push and does not wait for it.
  long request() {
    lock.lock();
    try {
      wanted++;
      changed.signalAll();
      return wanted;
    } finally {
      lock.unlock();
    }
  }

  /// Returns once the edge serves what is live now. An edge that does not answer is waited for: it
  /// serves its former table meanwhile, or is being started again.
  ///
  /// @throws ProblemException when the edge declines the table
  void publish(EventLog events, Control control) {
    var asked = request();
    var waited = Elapsed.start();
    var told = false;
    while (!isPublished(asked)) {
      control.check();
      if (!told && waited.reached(SILENCE)) {
        told = true;
        events.note("waiting for the edge, which does not answer: " + silence());
      }
    }
  }

  /// Returns once the edge serves what is live now, or has not answered for so long: then it is
  /// told when it is back.
  void publish(Duration patience) {
    var asked = request();
    var waited = Elapsed.start();
    var done = false;
    while (!done && !waited.reached(patience)) {
      done = isPublished(asked);
    }
  }

  /// Blocks until these targets have drained. A new edge knows none of them: what they had in
  /// flight ended with the old one.
  void awaitDrained(List<String> targets, Control control) {
    while (true) {
      try {
        edge.awaitDrained(targets);
        return;
      } catch (IOException e) {
        control.pause(RETRY);
      }
    }
  }

  /// What the edge said of itself last, within the last second; empty while it does not answer.
  Optional<EdgeReport> report() {
    lock.lock();
    try {
      return report;
    } finally {
      lock.unlock();
    }
  }

  /// Blocks until requests wait for apps that are asleep, but no longer than 20 s.
  ///
  /// @return those apps
  /// @throws IOException when the edge does not answer
  List<String> awaitRequests() throws IOException {
    return edge.awaitRequests();
  }

  Answers.EdgeStatus status() {
    lock.lock();
    try {
      return report
          .map(
              found ->
                  new Answers.EdgeStatus(
                      true,
                      found.generation(),
                      found.httpPort(),
                      found.httpsPort(),
                      Optional.empty()))
          .orElseGet(() -> new Answers.EdgeStatus(false, 0, httpPort, 0, Optional.of(silent)));
    } finally {
      lock.unlock();
    }
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

  private boolean isPublished(long asked) {
    lock.lock();
    try {
      var nanos = RETRY.toNanos();
      while (published < asked && !closed && nanos > 0) {
        nanos = changed.awaitNanos(nanos);
      }
      if (declinedAt >= asked) {
        throw new ProblemException(
            Problem.of(Code.BAD_CONFIG, "telling the edge the new routes", "it declined them")
                .withDetails(declined));
      }
      if (closed) {
        throw new Control.Abandoned();
      }
      return published >= asked;
    } catch (InterruptedException e) {
      throw new Control.Abandoned();
    } finally {
      lock.unlock();
    }
  }

  private String silence() {
    lock.lock();
    try {
      return silent;
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    try {
      while (awaitWork()) {
        turn();
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
      while (published == wanted && !closed && nanos > 0) {
        nanos = changed.awaitNanos(nanos);
      }
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  private void turn() throws InterruptedException {
    try {
      var found = edge.report();
      see(found);
      if (outdated(found)) {
        generation = Math.max(generation, found.generation()) + 1;
        push();
      }
    } catch (IOException | RuntimeException e) {
      lose(e);
    }
  }

  private boolean outdated(EdgeReport found) {
    lock.lock();
    try {
      return published < wanted || found.generation() != applied;
    } finally {
      lock.unlock();
    }
  }

  private void push() throws IOException {
    long upTo;
    Withheld withheld;
    lock.lock();
    try {
      upTo = wanted;
      withheld = new Withheld(held, leftOut);
    } finally {
      lock.unlock();
    }
    var pushed = edge.push(routes.table(generation, withheld));
    lock.lock();
    try {
      published = upTo;
      if (pushed instanceof Pushed.Declined(var problems)) {
        declined = problems;
        declinedAt = upTo;
      } else {
        applied = generation;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void see(EdgeReport found) {
    lock.lock();
    try {
      report = Optional.of(found);
    } finally {
      lock.unlock();
    }
  }

  private void lose(Exception cause) throws InterruptedException {
    lock.lock();
    try {
      report = Optional.empty();
      silent = String.valueOf(cause.getMessage());
      var nanos = RETRY.toNanos();
      while (!closed && nanos > 0) {
        nanos = changed.awaitNanos(nanos);
      }
    } finally {
      lock.unlock();
    }
  }
}
