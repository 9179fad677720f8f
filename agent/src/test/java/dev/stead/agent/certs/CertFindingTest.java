package dev.stead.agent.certs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.sdk.Answers.Cert;
import dev.stead.sdk.Answers.CertState;
import dev.stead.sdk.Answers.CertTrouble;
import dev.stead.sdk.Answers.Level;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class CertFindingTest {
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant END = BEGIN.plus(Duration.ofDays(80));

  @Test
  void aCertificateThatWasNotRenewedIsAnAlertWithAQuarterOfItsLifeLeft() {
    var cert = cert(CertState.SERVING, Optional.of("ca.example.com"), Optional.empty());

    assertThat(CertFinding.of(cert, BEGIN.plus(Duration.ofDays(59))).level()).isEqualTo(Level.GOOD);

    var late = CertFinding.of(cert, BEGIN.plus(Duration.ofDays(61)));
    assertThat(late.level()).isEqualTo(Level.DOUBTFUL);
    assertThat(late.fix()).contains("`stead certs renew cv.example.com` gets one now.");
  }

  @Test
  void oneOfOnesOwnIsForItsOwnerToRenew() {
    var cert = cert(CertState.SERVING, Optional.empty(), Optional.empty());

    assertThat(CertFinding.of(cert, BEGIN.plus(Duration.ofDays(61))).fix())
        .contains("Bring a new one: `stead certs import`.");
  }

  @Test
  void aRenewalThatFailsIsToldWithWhatTheCaSaidAndWhenItIsTriedAgain() {
    var failed = cert(CertState.SERVING, Optional.of("ca.example.com"), Optional.of(trouble()));

    var finding = CertFinding.of(failed, BEGIN);

    assertThat(finding.level()).isEqualTo(Level.DOUBTFUL);
    assertThat(finding.text())
        .contains("valid until 2026-03-22")
        .contains("connection refused (D-CERT-VALIDATION), tried again at 2026-01-01T01:00:00Z");
  }

  @Test
  void oneThatHasExpiredIsBad() {
    var expired = cert(CertState.EXPIRED, Optional.of("ca.example.com"), Optional.of(trouble()));

    var finding = CertFinding.of(expired, END.plusSeconds(1));

    assertThat(finding.level()).isEqualTo(Level.BAD);
    assertThat(finding.fix()).contains(Code.CERT_VALIDATION.fix());
  }

  private static CertTrouble trouble() {
    var problem = Problem.of(Code.CERT_VALIDATION, "getting a certificate", "connection refused");
    return new CertTrouble(problem, BEGIN, BEGIN.plus(Duration.ofHours(1)));
  }

  private static Cert cert(
      CertState state, Optional<String> authority, Optional<CertTrouble> trouble) {
    return new Cert(
        "cv.example.com",
        state,
        authority,
        Optional.of(BEGIN),
        Optional.of(END),
        Optional.empty(),
        trouble);
  }
}
