package dev.stead.agent.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.stead.sdk.Code;
import dev.stead.sdk.ProblemException;
import dev.stead.sdk.Requests;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OwnCertificateTest {
  @TempDir private Path directory;
  private final Instant now = InstantSource.system().instant().plusSeconds(600);

  @Test
  void itServesEveryHostThatItBears() throws Exception {
    var own = OwnCertificate.read(made("cv.example.com", "*.example.org"), now);

    assertThat(own.kept().hosts()).containsExactly("cv.example.com", "*.example.org");
    assertThat(own.kept().authority()).isEmpty();
    assertThat(own.kept().notAfter()).isAfter(now.plus(Duration.ofHours(46)));
  }

  @Test
  void anRsaKeyWillDoToo() throws Exception {
    var request = new OpenSsl(directory).make(List.of("rsa:2048"), "cv.example.com");

    assertThat(OwnCertificate.read(request, now).kept().hosts()).containsExactly("cv.example.com");
  }

  @Test
  void anotherCertificatesKeyIsRefused() throws Exception {
    var one = made("cv.example.com");
    var other = made("cv.example.com");

    assertThat(refused(new Requests.OwnCertificate(one.chainPem(), other.keyPem()), now))
        .isEqualTo("the key does not belong to the certificate");
  }

  @Test
  void oneThatIsNotInTimeIsRefused() throws Exception {
    var made = made("cv.example.com");

    assertThat(refused(made, now.plus(Duration.ofDays(3)))).startsWith("it has expired at 2");
    assertThat(refused(made, now.minus(Duration.ofDays(1)))).startsWith("it is not valid before 2");
  }

  @Test
  void aChainOutOfOrderIsRefused() throws Exception {
    var one = made("cv.example.com");
    var other = made("shop.example.com");

    var chain = one.chainPem() + other.chainPem();

    assertThat(refused(new Requests.OwnCertificate(chain, one.keyPem()), now))
        .isEqualTo("certificate 1 of the chain was not issued by the one that follows");
  }

  @Test
  void aKeyThatNotEveryClientKnowsIsRefused() throws Exception {
    var key = List.of("ec", "-pkeyopt", "ec_paramgen_curve:secp521r1");

    assertThat(refused(new OpenSsl(directory).make(key, "cv.example.com"), now))
        .startsWith("the key is neither ECDSA on P-256 nor RSA");
  }

  @Test
  void whatIsNoCertificateIsRefused() throws Exception {
    var made = made("cv.example.com");

    assertThat(refused(new Requests.OwnCertificate("nothing", made.keyPem()), now)).isNotEmpty();
    assertThat(refused(new Requests.OwnCertificate(made.chainPem(), "nothing"), now))
        .isEqualTo("the key is not one PEM block 'PRIVATE KEY' (PKCS#8)");
  }

  private Requests.OwnCertificate made(String... hosts) throws Exception {
    return new OpenSsl(directory).make(OpenSsl.p256(), hosts);
  }

  private static String refused(Requests.OwnCertificate request, Instant now) {
    var problem =
        catchThrowableOfType(ProblemException.class, () -> OwnCertificate.read(request, now))
            .problem();
    assertThat(problem.code()).isEqualTo(Code.CERT_UNUSABLE.id());
    return problem.why();
  }
}
