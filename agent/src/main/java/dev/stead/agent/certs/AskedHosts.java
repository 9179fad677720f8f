package dev.stead.agent.certs;

import dev.stead.agent.edge.EdgeLink;
import dev.stead.store.Derived;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Finds the hosts that no app names and that an app wants all the same, such as its customers' own
/// domains: the edge says which hosts clients have asked for in vain, the app is asked for each
/// once, and one that it wants is noted, which [Upkeep] sees.
///
/// Anybody can make clients that ask for a million hosts. What that costs is bounded: the edge
/// holds a handful, they are taken once a second, and the app is asked one question at a time; what
/// it does not want is remembered ([Refusals]), and what it wants has a budget, so that an app that
/// says yes to everything leaves the others' orders room at the CA. One virtual thread.
final class AskedHosts implements AutoCloseable {
  private static final Logger LOG = System.getLogger(AskedHosts.class.getName());
  private static final Duration BETWEEN_ROUNDS = Duration.ofSeconds(1);

  /// New hosts in so long a time: a third of the orders that a CA takes in it.
  static final int NEW_MAX = 100;

  private static final Duration NEW_WINDOW = Duration.ofHours(3);

  /// Hosts in all: an edge's push has room for more, and memory for the others' certificates.
  static final int HOSTS_MAX = 1_000;

  private final CertRecords records;
  private final Shelf shelf;
  private final EdgeLink edge;
  private final InstantSource clock;
  private final CountDownLatch closing = new CountDownLatch(1);

  private Optional<Thread> thread = Optional.empty();

  // Of the thread only.
  private final Refusals refusals = new Refusals();
  private boolean full;

  AskedHosts(CertRecords records, Shelf shelf, EdgeLink edge, InstantSource clock) {
    this.records = records;
    this.shelf = shelf;
    this.edge = edge;
    this.clock = clock;
  }

  /// @param named the hosts that apps name, `*.rest` among them, which nobody is asked for
  synchronized void start(Supplier<Set<String>> named, Question question) {
    thread =
        Optional.of(Thread.ofVirtual().name("hosts to ask for").start(() -> run(named, question)));
  }

  @Override
  public synchronized void close() {
    closing.countDown();
    thread.ifPresent(Thread::interrupt);
    try {
      if (thread.isPresent()) {
        thread.orElseThrow().join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run(Supplier<Set<String>> named, Question question) {
    // It is the store that says where apps are.
    var possible = records.derived(question::possible);
    try {
      do {
        try {
          round(named, question, possible);
        } catch (RuntimeException e) {
          LOG.log(Level.ERROR, "asking for hosts failed", e);
        }
      } while (!closing.await(BETWEEN_ROUNDS.toNanos(), TimeUnit.NANOSECONDS));
    } catch (InterruptedException e) {
      // Only close() interrupts.
      return;
    }
  }

  private void round(Supplier<Set<String>> named, Question question, Derived<Boolean> possible) {
    if (!possible.get()) {
      return;
    }
    var hosts = uncertified();
    var claimed = named.get();
    var strange = hosts.stream().filter(host -> isNew(host, claimed)).toList();
    if (!strange.isEmpty()) {
      ask(strange, question);
    }
  }

  private List<String> uncertified() {
    try {
      return edge.awaitUncertified();
    } catch (IOException e) {
      // Whoever looks after the edge says so.
      return List.of();
    }
  }

  private boolean isNew(String host, Set<String> claimed) {
    return PublicName.refusal(host).isEmpty()
        && !claimed.contains(host)
        && !claimed.contains(Shelf.wildcard(host))
        && !refusals.hold(host, clock.instant())
        && shelf.find(host).isEmpty()
        && records.asked(host).isEmpty();
  }

  private void ask(List<String> hosts, Question question) {
    var room = room();
    for (var host : hosts) {
      if (room == 0) {
        return;
      }
      switch (question.ask(host)) {
        case WANTED -> {
          records.putAsked(host, new CertRecords.Asked(clock.instant()));
          room--;
        }
        case UNWANTED -> refusals.add(host, clock.instant());
        case SILENT -> {
          // It would not answer for the others either; their clients come again.
          return;
        }
      }
    }
  }

  /// How many more hosts there may be now.
  private long room() {
    var asked = records.askedHosts().values();
    var since = clock.instant().minus(NEW_WINDOW);
    var lately = asked.stream().filter(each -> each.at().isAfter(since)).count();
    var room = Math.max(0, Math.min(HOSTS_MAX - asked.size(), NEW_MAX - lately));
    if (room == 0 && !full) {
      LOG.log(
          Level.WARNING,
          "no new hosts are asked for: {0} of at most {1} are kept, {2} of at most {3} came in the last {4} hours",
          asked.size(),
          HOSTS_MAX,
          lately,
          NEW_MAX,
          NEW_WINDOW.toHours());
    }
    full = room == 0;
    return room;
  }
}
