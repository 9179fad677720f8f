package dev.stead.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.edge.control.AlpnChallenge;
import dev.stead.edge.control.Certificate;
import dev.stead.edge.control.CertificateSet;
import dev.stead.edge.control.ChallengeSet;
import dev.stead.edge.control.HttpChallenge;
import io.netty.pkitesting.CertificateBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Which sets of certificates and challenges the edge takes.
@ExtendWith(NoLeaks.class)
final class CertificatesTest {
  private final Authority authority = new Authority();

  private static CertificateSet set(long generation, Certificate... certificates) {
    return new CertificateSet(generation, List.of(certificates));
  }

  @Test
  void aSetIsTakenKeptForTheEdgeAloneAndThereAgainAfterARestart() throws IOException {
    try (var edge = new EdgeUnderTest()) {
      edge.certify(authority.certificate("app.test"), authority.rsaCertificate("*.b.test"));
      Path kept = edge.home().resolve("edge/certificates.json");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept)))
          .isEqualTo("rw-------");
      assertThat(edge.report().certificatesGeneration()).isEqualTo(1);
      edge.restart(Tables.BOOT_ID);
      assertThat(edge.report().certificatesGeneration()).isEqualTo(1);
    }
  }

  @Test
  void everyUnusableCertificateOfASetIsNamedAndNoneIsTaken() throws IOException {
    Certificate one = authority.certificate("one.test");
    Certificate two = authority.certificate("two.test");
    var set =
        set(
            1,
            new Certificate(List.of(), one.chainPem(), one.keyPem()),
            new Certificate(List.of("one.test"), one.chainPem(), two.keyPem()),
            new Certificate(List.of("other.test"), two.chainPem(), two.keyPem()),
            new Certificate(List.of("no host"), two.chainPem(), two.keyPem()),
            new Certificate(List.of("no-chain.test"), "", one.keyPem()),
            new Certificate(List.of("no-key.test"), one.chainPem(), "secret"),
            new Certificate(List.of("two.test"), two.chainPem() + one.chainPem(), two.keyPem()),
            authority.certificate(
                new CertificateBuilder().algorithm(CertificateBuilder.Algorithm.ecp384),
                "p384.test"),
            authority.certificate("twice.test"),
            authority.certificate("twice.test"));
    try (var edge = new EdgeUnderTest()) {
      EdgeUnderTest.Reply reply = edge.push(set);
      assertThat(reply.status()).isEqualTo(422);
      assertThat(edge.problems(reply))
          .containsExactly(
              "certificate for : has no hosts",
              "certificate for one.test: cannot be used: the key does not belong to the certificate",
              "certificate for other.test: the certificate does not bear the name 'other.test'",
              "certificate for no host: host 'no host' is neither a name nor '*.rest'",
              "certificate for no host: the certificate does not bear the name 'no host'",
              "certificate for no-chain.test: cannot be used: there is no certificate in the chain",
              "certificate for no-key.test: cannot be used: the key is not one PEM block 'PRIVATE KEY' (PKCS#8)",
              "certificate for two.test: cannot be used: certificate 2 of the chain was not issued by the one that follows",
              "certificate for p384.test: cannot be used: the key is neither ECDSA on P-256 nor RSA of 2048 bits or more",
              "certificate for twice.test: host 'twice.test' has another certificate in this set");
      assertThat(reply.body()).doesNotContain("secret");
      assertThat(edge.report().certificatesGeneration()).isZero();
      assertThat(edge.home().resolve("edge/certificates.json")).doesNotExist();
    }
  }

  @Test
  void anOlderSetIsRefused() throws IOException {
    try (var edge = new EdgeUnderTest()) {
      assertThat(edge.push(set(2)).status()).isEqualTo(200);
      EdgeUnderTest.Reply reply = edge.push(set(1));
      assertThat(reply.status()).isEqualTo(422);
      assertThat(edge.problems(reply))
          .containsExactly("generation 1 of the certificates is older than 2, which is in force");
    }
  }

  @Test
  void whatIsNoSetIsRefused() throws IOException {
    try (var edge = new EdgeUnderTest()) {
      EdgeUnderTest.Reply reply =
          edge.ask("PUT", "/v1/certificates", "{}".getBytes(StandardCharsets.UTF_8));
      assertThat(reply.status()).isEqualTo(422);
      assertThat(edge.problems(reply)).singleElement().asString().contains("set of certificates");
    }
  }

  @Test
  void challengesAreTakenOrRefusedWhole() throws IOException {
    AlpnChallenge good = authority.alpnChallenge("app.test");
    var token = new HttpChallenge("app.test", "token", "token.thumbprint");
    try (var edge = new EdgeUnderTest()) {
      assertThat(edge.push(new ChallengeSet(List.of(token), List.of(good))).status())
          .isEqualTo(200);
      EdgeUnderTest.Reply reply =
          edge.push(
              new ChallengeSet(
                  List.of(token, new HttpChallenge("*.test", "../x", "a b")),
                  List.of(new AlpnChallenge("b.test", good.chainPem(), "none"))));
      assertThat(reply.status()).isEqualTo(422);
      assertThat(edge.problems(reply))
          .containsExactly(
              "challenge for '*.test': that is no exact name",
              "challenge for *.test: token and key authorization must be base64url",
              "challenge for b.test: cannot be used: the key is not one PEM block 'PRIVATE KEY' (PKCS#8)");
    }
  }
}
