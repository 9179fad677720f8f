package dev.stead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.sdk.Answers.Cert;
import dev.stead.sdk.Answers.CertState;
import dev.stead.sdk.Answers.CertTrouble;
import dev.stead.sdk.Answers.Certs;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.Requests;
import dev.stead.sdk.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CertsCommandTest {
  private static final Instant THEN = Instant.parse("2026-01-02T03:04:05Z");

  @TempDir private Path directory;
  private TestAgent agent;

  @BeforeEach
  void start() throws IOException {
    agent = TestAgent.in(directory.resolve("home"));
  }

  @AfterEach
  void stop() throws IOException {
    agent.close();
  }

  @Test
  void theListSaysWhatServesAndWhatKeepsTheOthersFromIt() {
    agent.on("GET /v1/certs", new Certs(List.of(serving("cv.example.com"), wanted())));

    var call = call("certs", "list");

    assertThat(call.exit()).isZero();
    assertThat(call.out())
        .containsPattern("cv.example.com +serving +ca.example.com +until 2026-01-0")
        .containsPattern("shop.example.com +wanted .*D-CERT-DNS the name has no address")
        .contains("tried again 2026-01-0");
    assertThat(call("certs", "list", "--json").out())
        .startsWith("{\"certs\":[{\"host\":\"cv.example.com\",\"state\":\"SERVING\"");
  }

  @Test
  void anOrderIsAnsweredWithWhatServes() {
    agent.on("POST /v1/certs/order", serving("cv.example.com"));

    assertThat(call("certs", "order", "cv.example.com").out())
        .containsPattern("cv.example.com +serving");
    assertThat(asked(Requests.CertHost.class).host()).isEqualTo("cv.example.com");
  }

  @Test
  void whatIsImportedIsReadHere() throws IOException {
    Files.writeString(directory.resolve("chain.pem"), "the chain");
    Files.writeString(directory.resolve("key.pem"), "the key");
    agent.on("POST /v1/certs", new Certs(List.of(serving("cv.example.com"))));

    var call = call("certs", "import", "--cert", "chain.pem", "--key", "key.pem");

    assertThat(call.exit()).as(call.err()).isZero();
    var sent = asked(Requests.OwnCertificate.class);
    assertThat(sent.chainPem()).isEqualTo("the chain");
    assertThat(sent.keyPem()).isEqualTo("the key");
  }

  @Test
  void theEndOfADeployWaitsForCertificatesAndSaysWhatKeepsTheOthers() throws IOException {
    var looks = new AtomicInteger();
    agent.on(
        "GET /v1/apps/cv/certs",
        (_, exchange) ->
            exchange.json(
                200,
                new Certs(
                    List.of(
                        looks.getAndIncrement() == 0
                            ? underWay("cv.example.com")
                            : serving("cv.example.com"),
                        wanted()))));
    var call = new Call(directory.resolve("home"), directory);

    new Certificates(call.surroundings(), "cv").await();

    assertThat(looks).hasValue(2);
    assertThat(call.out())
        .contains("waiting for the certificates", "  https://cv.example.com\n")
        .contains(
            "shop.example.com has no certificate yet: the name has no address in DNS (D-CERT-DNS);"
                + " tried again 2026-01-0");
  }

  private static Cert underWay(String host) {
    return new Cert(
        host,
        CertState.WANTED,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private <T> T asked(Class<T> type) {
    return Wire.read(agent.asked().getLast().body(), type);
  }

  private static Cert serving(String host) {
    return new Cert(
        host,
        CertState.SERVING,
        Optional.of("ca.example.com"),
        Optional.of(THEN.minusSeconds(1)),
        Optional.of(THEN),
        Optional.of(THEN),
        Optional.empty());
  }

  private static Cert wanted() {
    var problem =
        Problem.of(Code.CERT_DNS, "getting a certificate", "the name has no address in DNS");
    return new Cert(
        "shop.example.com",
        CertState.WANTED,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(new CertTrouble(problem, THEN, THEN)));
  }

  private Call call(String... arguments) {
    return new Call(directory.resolve("home"), directory).run(arguments);
  }
}
