package dev.stead.agent.certs;

import dev.stead.agent.certs.CertRecords.Begun;
import dev.stead.agent.certs.CertRecords.Kept;
import dev.stead.sdk.Code;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;

/// Gets certificates, one at a time whoever asks: looked up in DNS first, then ordered from the
/// first CA, or from the next where that one does not answer or has no room. What went wrong is
/// kept, with the time of the next try.
final class Orders {
  private static final Logger LOG = System.getLogger(Orders.class.getName());

  private static final Duration LATELY = Duration.ofDays(1);

  private final CertRecords records;
  private final AcmeSettings settings;
  private final Preflight preflight;
  private final Responder responder;
  private final InstantSource clock;
  private final RandomGenerator chance = RandomGenerator.getDefault();
  private final Semaphore turn = new Semaphore(1, true);
  private volatile boolean closed;

  Orders(
      CertRecords records,
      AcmeSettings settings,
      Preflight preflight,
      Responder responder,
      InstantSource clock) {
    this.records = records;
    this.settings = settings;
    this.preflight = preflight;
    this.responder = responder;
    this.clock = clock;
  }

  /// Orders a certificate, or goes on with the order under way; it is kept when this returns.
  ///
  /// @throws OrderFailedException when there is none to be had now
  void obtain(String host) throws OrderFailedException, InterruptedException {
    turn.acquire();
    try {
      requireReachable(host);
      rehearse(host);
      fromAny(host);
    } catch (OrderFailedException e) {
      if (closed) {
        // No failure: the next agent goes on with the order.
        throw new InterruptedException();
      }
      var before = records.trouble(host).map(Trouble::failures).orElse(0);
      records.putTrouble(host, Trouble.after(before, e, clock.instant(), chance));
      throw e;
    } finally {
      turn.release();
    }
  }

  /// Asks the CA again when it wants the host's certificate replaced.
  ///
  /// @return when to ask next
  Instant review(String host) throws InterruptedException {
    turn.acquire();
    try {
      var next = clock.instant().plus(RenewalReview.LATEST);
      var kept = records.certificate(host);
      if (kept.isEmpty()) {
        return next;
      }
      return settings.authorities().stream()
          .filter(kept.orElseThrow()::isOf)
          .findFirst()
          .map(authority -> review().look(authority, host, kept.orElseThrow()))
          .orElse(next);
    } finally {
      turn.release();
    }
  }

  private RenewalReview review() {
    return new RenewalReview(records, new Accounts(records, settings.email()), clock, chance);
  }

  /// Forgets a host that no app answers to any more, unless its certificate still has life or
  /// somebody has asked for one lately.
  void forget(String host) throws InterruptedException {
    turn.acquire();
    try {
      var ends = records.certificate(host).map(Kept::notAfter).orElse(Instant.MIN);
      var tried = records.trouble(host).map(Trouble::at).orElse(Instant.MIN);
      var now = clock.instant();
      if (ends.isBefore(now) && tried.isBefore(now.minus(LATELY))) {
        records.forget(host);
      }
    } finally {
      turn.release();
    }
  }

  /// What is cut off from now on is no failure.
  void close() {
    closed = true;
  }

  private void requireReachable(String host) throws OrderFailedException {
    var finding = preflight.finding(host);
    if (finding.isPresent()) {
      var what = "getting a certificate for " + host;
      throw new OrderFailedException(Code.CERT_DNS, what, finding.orElseThrow());
    }
  }

  /// Once a validation has failed, it has to succeed where failures cost nothing before it is tried
  /// again where five are the most in an hour. A rehearsal that cannot be held is no reason to
  /// wait.
  private void rehearse(String host) throws OrderFailedException, InterruptedException {
    if (settings.rehearsal().isEmpty()
        || records.trouble(host).filter(Trouble::ofValidation).isEmpty()) {
      return;
    }
    var rehearsals = records.rehearsals();
    try {
      issuance(rehearsals).obtain(settings.rehearsal().orElseThrow(), host);
      rehearsals.forget(host);
    } catch (OrderFailedException e) {
      if (e.code() == Code.CERT_VALIDATION) {
        throw e;
      }
      LOG.log(Level.INFO, "no rehearsal: {0}", e.getMessage());
    }
  }

  /// Made for each order, so that an agent without any loads none of the ACME client.
  private Issuance issuance(CertRecords into) {
    return new Issuance(into, new Accounts(into, settings.email()), responder, clock, chance);
  }

  private void fromAny(String host) throws OrderFailedException, InterruptedException {
    var failures = new ArrayList<OrderFailedException>();
    for (var authority : authorities(host)) {
      try {
        issuance(records).obtain(authority, host);
        return;
      } catch (OrderFailedException e) {
        failures.add(e);
        if (e.code() == Code.CERT_VALIDATION) {
          // The next CA would see the same.
          break;
        }
      }
    }
    throw together(failures);
  }

  /// In order; first the one that an order is under way at.
  private List<Authority> authorities(String host) {
    var under = records.order(host).map(Begun::authority);
    var sorted = new ArrayList<>(settings.authorities());
    sorted.removeIf(each -> under.filter(each.name()::equals).isEmpty());
    settings.authorities().stream().filter(each -> !sorted.contains(each)).forEach(sorted::add);
    return sorted;
  }

  private static OrderFailedException together(List<OrderFailedException> failures) {
    var last = failures.getLast();
    if (failures.size() == 1) {
      return last;
    }
    var first = failures.getFirst();
    var why =
        "%s; then %s: %s"
            .formatted(first.problem().why(), last.problem().what(), last.problem().why());
    var earliest =
        failures.stream()
            .map(each -> each.notBefore().orElse(null))
            .filter(Objects::nonNull)
            .min(Instant::compareTo)
            .filter(_ -> failures.stream().allMatch(each -> each.notBefore().isPresent()));
    return new OrderFailedException(
            first.code(), first.problem().what(), why, earliest.orElse(null))
        .because(last);
  }
}
