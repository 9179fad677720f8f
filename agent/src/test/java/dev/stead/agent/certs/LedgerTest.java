package dev.stead.agent.certs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.agent.certs.Ledger.Entry;
import dev.stead.agent.certs.Ledger.Kind;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LedgerTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void theSixthFailureOfAHostWaitsUntilTheFirstIsAnHourOld() {
    var ledger = filled(5, Kind.FAILED, "cv.example.com");
    var now = START.plusSeconds(10);

    assertThat(ledger.refusal("cv.example.com", now).orElseThrow().until())
        .isEqualTo(START.plus(Duration.ofHours(1)));
    assertThat(ledger.refusal("cv.example.com", START.plus(Duration.ofHours(1)))).isEmpty();
    assertThat(ledger.refusal("shop.example.com", now)).isEmpty();
  }

  @Test
  void aHostGetsFiveCertificatesAWeek() {
    assertThat(filled(4, Kind.ISSUED, "cv.example.com").refusal("cv.example.com", at(9))).isEmpty();

    var refusal = filled(5, Kind.ISSUED, "cv.example.com").refusal("cv.example.com", at(9));

    assertThat(refusal.orElseThrow().until()).isEqualTo(START.plus(Duration.ofDays(7)));
    assertThat(refusal.orElseThrow().why()).contains("5 certificates for the same host");
  }

  @Test
  void aRegisteredDomainGetsFiftyCertificatesAWeek() {
    var ledger = Ledger.EMPTY;
    for (var i = 0; i < 50; i++) {
      ledger = ledger.with(new Entry(at(i), Kind.ISSUED, "h%d.example.com".formatted(i)));
    }

    assertThat(ledger.refusal("another.example.com", at(60)).orElseThrow().why())
        .contains("50 certificates of the registered domain");
    assertThat(ledger.refusal("another.example.org", at(60))).isEmpty();
  }

  @Test
  void threeHundredOrdersInThreeHoursAreTheMost() {
    var ledger = filled(300, Kind.ORDERED, "cv.example.com");

    assertThat(ledger.refusal("shop.example.org", at(301)).orElseThrow().until())
        .isEqualTo(START.plus(Duration.ofHours(3)));
  }

  @Test
  void whatIsOlderThanAWeekIsForgotten() {
    var later = new Entry(START.plus(Duration.ofDays(8)), Kind.ORDERED, "cv.example.com");

    assertThat(filled(300, Kind.ORDERED, "cv.example.com").with(later).entries())
        .containsExactly(later);
  }

  @ParameterizedTest
  @CsvSource({
    "example.com,       example.com",
    "a.b.example.com,   example.com",
    "a.example.co.uk,   example.co.uk",
    "example.co.uk,     example.co.uk",
    "a.example.de,      example.de",
    "localhost,         localhost"
  })
  void theRegisteredDomainIsGuessedFromTheLabels(String host, String domain) {
    assertThat(RegisteredDomain.of(host)).isEqualTo(domain);
  }

  /// So many of a kind, a second apart.
  private static Ledger filled(int count, Kind kind, String host) {
    var ledger = Ledger.EMPTY;
    for (var i = 0; i < count; i++) {
      ledger = ledger.with(new Entry(at(i), kind, host));
    }
    return ledger;
  }

  private static Instant at(int seconds) {
    return START.plusSeconds(seconds);
  }
}
