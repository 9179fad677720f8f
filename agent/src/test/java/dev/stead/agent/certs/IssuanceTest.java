package dev.stead.agent.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.stead.agent.certs.CertRecords.Kept;
import dev.stead.agent.vault.Vault;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.store.Store;
import dev.stead.store.rocks.RocksStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Certificates from a real CA, [Pebble], whose questions a real HTTP server answers.
final class IssuanceTest {
  private static final String HOST = "cv.example.com";

  @TempDir Path home;
  private Pebble pebble;
  private Store store;
  private AnsweringWeb web;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    pebble = new Pebble(home);
    store = RocksStore.open(home.resolve("store"), InstantSource.system());
    web = new AnsweringWeb(pebble.httpPort);
  }

  @AfterEach
  void stop() {
    web.close();
    pebble.close();
    assertThat(store.check()).isEmpty();
    store.close();
  }

  @Test
  void theFirstOrderGivesACertificateForTheHostAndItsKey() throws Exception {
    var kept = obtain(web);

    var certificate = parse(kept);
    assertThat(certificate.getSubjectAlternativeNames().toString()).contains(HOST);
    assertThat(certificate.getPublicKey()).isEqualTo(key());
    assertThat(records().certificate(HOST)).contains(kept);
    assertThat(records().order(HOST)).isEmpty();
    assertThat(web.challenges().http()).isEmpty();
  }

  @Test
  void aRenewalReplacesCertificateAndKeyTogether() throws Exception {
    var first = parse(obtain(web));

    var second = parse(obtain(web));

    assertThat(second.getSerialNumber()).isNotEqualTo(first.getSerialNumber());
    assertThat(second.getPublicKey()).isNotEqualTo(first.getPublicKey()).isEqualTo(key());
  }

  @Test
  void aFailedRenewalSaysWhatTheCaSawAndLeavesTheCertificateThatWorks() throws Exception {
    var first = obtain(web);

    var problem = refused(_ -> {});

    assertThat(problem.code()).isEqualTo(Code.CERT_VALIDATION.id());
    assertThat(problem.what()).contains(HOST).contains(pebble.authority().name());
    assertThat(problem.why()).contains("404");
    assertThat(records().certificate(HOST)).contains(first);
    assertThat(parse(first).getPublicKey()).isEqualTo(key());
    assertThat(records().order(HOST)).isEmpty();
  }

  @Test
  void anOrderThatWasCutOffIsGoneOnWith() throws Exception {
    refused(
        _ -> {
          throw new IOException("cut");
        });
    var begun = records().orderKey(HOST).getPublic();

    assertThat(parse(obtain(web)).getPublicKey()).isEqualTo(begun);
  }

  @Test
  void anOrderThatTheCaHasForgottenIsMadeAnew() throws Exception {
    var first = obtain(web);
    refused(
        _ -> {
          throw new IOException("cut");
        });
    var begun = records().orderKey(HOST).getPublic();
    pebble.restart();
    assertThat(records().certificate(HOST)).contains(first);

    assertThat(parse(obtain(web)).getPublicKey()).isNotEqualTo(begun).isEqualTo(key());
  }

  @Test
  void aCaThatIsDownIsNamedAndCostsNothing() throws Exception {
    var first = obtain(web);
    pebble.close();

    var problem = refused(web);

    assertThat(problem.code()).isEqualTo(Code.CERT_AUTHORITY.id());
    assertThat(problem.what()).contains(pebble.authority().name());
    assertThat(records().certificate(HOST)).contains(first);
  }

  @Test
  void theSixthOrderAfterFiveFailuresIsNotMade() throws Exception {
    for (var i = 0; i < 5; i++) {
      assertThat(refused(_ -> {}).code()).isEqualTo(Code.CERT_VALIDATION.id());
    }

    var problem = refused(web);

    assertThat(problem.code()).isEqualTo(Code.CERT_QUOTA.id());
    assertThat(problem.why()).contains("5 failed validations").contains("the next may come at 2");
    assertThat(records().ledger(pebble.authority()).entries()).hasSize(10);
    assertThat(records().certificate(HOST)).isEmpty();
  }

  @Test
  void keysLieEncryptedInTheStore() throws Exception {
    obtain(web);

    assertThat(store.list(Store.PRODUCTION, "certs/"))
        .hasSize(4)
        .allSatisfy(entry -> assertThat(entry.value().text()).doesNotContain("PRIVATE KEY"));
  }

  /// As an agent does that was started just now.
  private Kept obtain(Responder responder) throws OrderFailedException, InterruptedException {
    return new Issuance(
            records(),
            new Accounts(records(), Optional.of("ada@example.com")),
            responder,
            InstantSource.system(),
            new Random(7))
        .obtain(pebble.authority(), HOST);
  }

  private Problem refused(Responder responder) {
    return catchThrowableOfType(OrderFailedException.class, () -> obtain(responder)).problem();
  }

  private CertRecords records() {
    return new CertRecords(store, Vault.open(home.resolve("secrets.key")));
  }

  private PublicKey key() {
    return records().certificateKey(HOST).orElseThrow().getPublic();
  }

  private static X509Certificate parse(Kept kept) throws CertificateException {
    var bytes = kept.chainPem().getBytes(StandardCharsets.US_ASCII);
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(bytes));
  }
}
