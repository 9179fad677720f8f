package dev.stead.agent.certs;

import dev.stead.agent.certs.CertRecords.Kept;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.shredzone.acme4j.RenewalInfo;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeLazyLoadingException;
import org.shredzone.acme4j.exception.AcmeProtocolException;

/// Asks a CA again when it wants a certificate replaced (RFC 9773, 4.3): it may want that sooner
/// than it said at first, when it has to revoke many.
final class RenewalReview {
  /// The next question comes when the CA says, but within these bounds.
  private static final Duration SOONEST = Duration.ofHours(1);

  static final Duration LATEST = Duration.ofDays(1);

  private final CertRecords records;
  private final Accounts accounts;
  private final InstantSource clock;
  private final RandomGenerator chance;

  RenewalReview(
      CertRecords records, Accounts accounts, InstantSource clock, RandomGenerator chance) {
    this.records = records;
    this.accounts = accounts;
    this.clock = clock;
    this.chance = chance;
  }

  /// Moves the time of the renewal into the window that the CA suggests now, when it is not there.
  ///
  /// @return when to ask next
  Instant look(Authority authority, String host, Kept kept) {
    var now = clock.instant();
    try {
      var info = accounts.login(authority).bindRenewalInfo(Keys.certificate(kept.chainPem()));
      var next = info.fetch().orElse(now.plus(LATEST));
      move(host, kept, info);
      return earliest(latest(next, now.plus(SOONEST)), now.plus(LATEST));
    } catch (AcmeException | AcmeLazyLoadingException | AcmeProtocolException e) {
      // What the CA said before stands.
      return now.plus(LATEST);
    }
  }

  private void move(String host, Kept kept, RenewalInfo info) {
    var start = info.getSuggestedWindowStart();
    var end = info.getSuggestedWindowEnd();
    var planned = kept.renewAt().orElse(kept.notAfter());
    if (planned.isBefore(start) || planned.isAfter(end)) {
      var moment = earliest(Renewal.within(start, end, chance), kept.notAfter());
      records.putCertificate(host, kept.renewedAt(moment));
    }
  }

  private static Instant earliest(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private static Instant latest(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }
}
