package dev.stead.agent.certs;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// Sees to it that every public host has a certificate with life left: those that apps name, and
/// then those that an app wants when it is asked ([AskedHosts]), which is asked again before it is
/// renewed or tried again; one of those at a time, so that the named ones never wait for many. One
/// thread of its own looks whenever the store has changed or a host has become due, and does one
/// order after the other.
final class Upkeep implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Upkeep.class.getName());
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
  private static final Duration AFTER_A_BUG = Duration.ofMinutes(1);
  private static final Duration AFTER_SILENCE = Duration.ofMinutes(1);
  private static final Duration LONGEST = Duration.ofHours(1);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final CertRecords records;
  private final Orders orders;
  private final Shelf shelf;
  private final Delivery delivery;
  private final InstantSource clock;
  private final CountDownLatch closing = new CountDownLatch(1);

  private Optional<Thread> thread = Optional.empty();

  // Of the thread only: the store's last commit that was looked at, and the next look's time.
  private long seen = -1;
  private Instant nextLook = Instant.MIN;

  // Of the thread only: when the CA is asked again whether it wants the certificate replaced. The
  // first time after a start is spread, so that a server's hosts do not ask together.
  private final Map<String, Instant> nextReview = new HashMap<>();
  private final RandomGenerator chance = RandomGenerator.getDefault();

  Upkeep(CertRecords records, Orders orders, Shelf shelf, Delivery delivery, InstantSource clock) {
    this.records = records;
    this.orders = orders;
    this.shelf = shelf;
    this.delivery = delivery;
    this.clock = clock;
  }

  /// @param hosts those that apps answer to by https
  synchronized void start(Supplier<Set<String>> hosts, Question question) {
    thread = Optional.of(Thread.ofVirtual().name("certificates").start(() -> run(hosts, question)));
  }

  /// Returns once the thread has let go of the store.
  @Override
  public synchronized void close() {
    closing.countDown();
    thread.ifPresent(Thread::interrupt);
    try {
      if (thread.isPresent() && !thread.orElseThrow().join(PATIENCE)) {
        LOG.log(Level.WARNING, "an order for a certificate does not let itself be cut off");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run(Supplier<Set<String>> hosts, Question question) {
    try {
      do {
        try {
          look(hosts.get(), question);
        } catch (RuntimeException e) {
          LOG.log(Level.ERROR, "looking after the certificates failed", e);
          nextLook = clock.instant().plus(AFTER_A_BUG);
        }
      } while (!closing.await(BETWEEN_LOOKS.toNanos(), TimeUnit.NANOSECONDS));
    } catch (InterruptedException e) {
      // Only close() interrupts.
      return;
    }
  }

  private void look(Set<String> wanted, Question question) throws InterruptedException {
    var head = records.head();
    if (head == seen && clock.instant().isBefore(nextLook)) {
      return;
    }
    seen = head;
    nextLook = clock.instant().plus(LONGEST);
    for (var host : wanted) {
      keep(host);
    }
    var known = records.hosts();
    nextReview.keySet().retainAll(known);
    for (var host : known) {
      if (!wanted.contains(host)) {
        lookAtOther(host, question);
      }
    }
  }

  /// A host that no app names.
  private void lookAtOther(String host, Question question) throws InterruptedException {
    if (records.asked(host).isEmpty()) {
      orders.forget(host);
      return;
    }
    review(host);
    var now = clock.instant();
    var due = due(host);
    if (now.isBefore(due)) {
      nextLook = earlier(nextLook, due);
      return;
    }
    // An order takes a while, and the named hosts go first: what is due now is seen again at once.
    if (!nextLook.isAfter(now)) {
      return;
    }
    switch (isFirst(host) ? Question.Answer.WANTED : question.ask(host)) {
      case WANTED -> {
        keep(host);
        nextLook = now;
      }
      case UNWANTED -> records.dropAsked(host);
      case SILENT -> {
        orders.forget(host);
        nextLook = earlier(nextLook, now.plus(AFTER_SILENCE));
      }
    }
  }

  /// Its app has just been asked.
  private boolean isFirst(String host) {
    return shelf.find(host).isEmpty() && records.trouble(host).isEmpty();
  }

  private void keep(String host) throws InterruptedException {
    if (PublicName.refusal(host).isPresent()) {
      return;
    }
    review(host);
    var due = due(host);
    if (clock.instant().isBefore(due)) {
      nextLook = earlier(nextLook, due);
      return;
    }
    try {
      orders.obtain(host);
      shelf.refresh();
      delivery.request();
    } catch (OrderFailedException e) {
      LOG.log(Level.WARNING, e.getMessage());
    }
  }

  private void review(String host) throws InterruptedException {
    var now = clock.instant();
    var first = Renewal.within(now, now.plus(RenewalReview.LATEST), chance);
    if (!now.isBefore(nextReview.computeIfAbsent(host, _ -> first))) {
      nextReview.put(host, orders.review(host));
      shelf.refresh();
    }
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  /// When the next order for a host is due: at once where it has no certificate.
  private Instant due(String host) {
    var retry = records.trouble(host).map(Trouble::retryAt).orElse(Instant.MIN);
    var serving = shelf.find(host);
    var renew = serving.map(item -> item.renewAt().orElse(item.notAfter())).orElse(Instant.MIN);
    return retry.isAfter(renew) ? retry : renew;
  }
}
