package dev.stead.agent.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.stead.agent.FreePort;
import dev.stead.sdk.Answers.Cert;
import dev.stead.sdk.Answers.CertState;
import dev.stead.sdk.Answers.Level;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import dev.stead.store.Commit;
import dev.stead.store.Store;
import dev.stead.store.Value;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Certificates that come and stay by themselves: a real CA, [Pebble], a real edge that answers it.
final class CertsTest {
  private static final String HOST = "cv.example.com";

  private World world;
  private Certs certs;
  private volatile Set<String> hosts = Set.of();

  @BeforeEach
  void start() throws IOException, InterruptedException {
    world = new World();
    certs = certs(world.pebble.authority());
  }

  @AfterEach
  void stop() throws IOException {
    certs.close();
    world.close();
  }

  @Test
  void aHostOfAnAppGetsItsCertificateAndTheEdgeServesIt() throws Exception {
    hosts = Set.of(HOST, "shop.example.org", "cv.localhost", "10.0.0.1");
    certs.start(() -> hosts, Set::of, List::of);

    var root = world.pebble.root();
    awaitServed(root, HOST);
    awaitServed(root, "shop.example.org");
    assertThat(certs.list().certs())
        .extracting(Cert::host, Cert::state)
        .containsExactly(
            tuple(HOST, CertState.SERVING), tuple("shop.example.org", CertState.SERVING));
    assertThat(certs.cover(HOST)).isTrue();
    assertThat(certs.findings()).allMatch(finding -> finding.level() == Level.GOOD);
  }

  @Test
  void anAppThatComesLaterIsSeen() throws Exception {
    certs.start(() -> hosts, Set::of, List::of);

    hosts = Set.of(HOST);
    // The switch of a deploy is a commit.
    touch();

    awaitServed(world.pebble.root(), HOST);
  }

  @Test
  void anEdgeThatLostEverythingGetsTheCertificatesAgain() throws Exception {
    hosts = Set.of(HOST);
    certs.start(() -> hosts, Set::of, List::of);
    var root = world.pebble.root();
    awaitServed(root, HOST);

    world.edge().loseEverything();

    awaitServed(root, HOST);
  }

  @Test
  void anAgentThatStartsAnewServesWhatItHasAndOrdersNothing() throws Exception {
    hosts = Set.of(HOST);
    certs.start(() -> hosts, Set::of, List::of);
    var root = world.pebble.root();
    var first = awaitServed(root, HOST).getSerialNumber();

    certs.close();
    world.edge().loseEverything();
    certs = certs(world.pebble.authority());
    certs.start(() -> hosts, Set::of, List::of);

    assertThat(awaitServed(root, HOST).getSerialNumber()).isEqualTo(first);
  }

  @Test
  void anOrderThatTheAgentsEndCutOffIsGoneOnWith() throws Exception {
    hosts = Set.of(HOST);
    certs.start(() -> hosts, Set::of, List::of);
    var records = records();
    Waiting.until("it is ordered", () -> records.order(HOST).isPresent());
    var ordered = records.orderKey(HOST).getPublic();

    certs.close();
    assertThat(records.certificate(HOST)).isEmpty();
    certs = certs(world.pebble.authority());
    certs.start(() -> hosts, Set::of, List::of);

    var root = world.pebble.root();
    assertThat(awaitServed(root, HOST).getPublicKey()).isEqualTo(ordered);
  }

  @Test
  void aCertificateWithAThirdOfItsLifeLeftIsReplaced() throws Exception {
    hosts = Set.of(HOST);
    certs.start(() -> hosts, Set::of, List::of);
    var root = world.pebble.root();
    var first = awaitServed(root, HOST).getSerialNumber();
    var cert = certs.list().certs().getFirst();
    var life = Duration.between(InstantSource.system().instant(), cert.notAfter().orElseThrow());

    world.later(life.multipliedBy(3).dividedBy(4));
    touch();

    Waiting.until(
        "it is renewed",
        () -> !Trust.visit(root, HOST, world.pebble.httpsPort).getSerialNumber().equals(first));
  }

  @Test
  void aCaThatWantsItsCertificateReplacedSoonerIsHeardWithinADay() throws Exception {
    var now = InstantSource.system().instant();
    try (var front = new SuggestingFront(world.pebble, now.plus(Duration.ofDays(30)))) {
      certs = certs(front.authority());
      hosts = Set.of(HOST);
      certs.start(() -> hosts, Set::of, List::of);
      awaitServed(world.pebble.root(), HOST);
      assertThat(certs.list().certs().getFirst().renewAt().orElseThrow())
          .isBetween(now.plus(Duration.ofDays(29)), now.plus(Duration.ofDays(31)));

      front.keepOrders();
      front.suggest(now.minus(Duration.ofDays(1)));
      world.later(RenewalReview.LATEST.plusHours(1));
      touch();

      Waiting.until("it is ordered again", () -> !front.orders().isEmpty());
      assertThat(front.orders().getFirst())
          .contains("\"replaces\":\"" + front.asked().getLast() + "\"");
    }
  }

  @Test
  void whatTheCaCannotSeeIsToldAndTriedLaterAtTheOtherPort() throws Exception {
    // Nobody answers where the CA asks.
    world.moveEdge(FreePort.next(), world.pebble.httpsPort);
    hosts = Set.of(HOST);
    certs.start(() -> hosts, Set::of, List::of);

    Waiting.until("it has failed", () -> certs.list().certs().getFirst().trouble().isPresent());

    var trouble = certs.list().certs().getFirst().trouble().orElseThrow();
    assertThat(trouble.problem().code()).isEqualTo(Code.CERT_VALIDATION.id());
    assertThat(trouble.retryAt()).isAfter(trouble.at().plus(Duration.ofMinutes(4)));
    var finding = certs.findings().getFirst();
    assertThat(finding.level()).isEqualTo(Level.BAD);
    assertThat(finding.text()).contains("connection refused").contains("tried again at");

    // The next try asks the other port.
    world.later(Duration.ofMinutes(10));
    touch();
    awaitServed(world.pebble.root(), HOST);
  }

  @Test
  void onceAValidationHasFailedTheNextIsRehearsedWhereItCostsNothing() throws Exception {
    world.moveEdge(FreePort.next(), FreePort.next());
    try (var staging = new Pebble(Files.createDirectories(world.home.resolve("staging")))) {
      certs = new Certs(world.around(Optional.of(staging.authority()), world.pebble.authority()));
      assertThat(refused(HOST).what()).contains(world.pebble.authority().name());

      assertThat(refused(HOST).what()).contains(staging.authority().name());

      assertThat(records().ledger(world.pebble.authority()).entries())
          .extracting(Ledger.Entry::kind)
          .containsExactly(Ledger.Kind.ORDERED, Ledger.Kind.FAILED);
    }
  }

  @Test
  void aRehearsalThatSucceedsIsFollowedByTheOrder() throws Exception {
    world.moveEdge(FreePort.next(), world.pebble.httpsPort);
    certs =
        new Certs(world.around(Optional.of(world.pebble.authority()), world.pebble.authority()));
    certs.start(() -> hosts, Set::of, List::of);
    assertThat(refused(HOST).code()).isEqualTo(Code.CERT_VALIDATION.id());

    assertThat(certs.order(HOST).state()).isEqualTo(CertState.SERVING);

    assertThat(records().ledger(world.pebble.authority()).entries())
        .extracting(Ledger.Entry::kind)
        .filteredOn(Ledger.Kind.ISSUED::equals)
        .hasSize(2);
    assertThat(world.store.list(Store.PRODUCTION, "certs/rehearsals/")).isEmpty();
    Trust.visit(world.pebble.root(), HOST, world.pebble.httpsPort);
  }

  @Test
  void aSecondCaIsAskedWhereTheFirstIsDown() throws Exception {
    var down =
        new Authority(
            URI.create("https://localhost:%d/dir".formatted(FreePort.next())),
            world.pebble.authority().trust());
    certs = certs(down, world.pebble.authority());
    hosts = Set.of(HOST);
    certs.start(() -> hosts, Set::of, List::of);

    awaitServed(world.pebble.root(), HOST);
    assertThat(certs.list().certs().getFirst().authority())
        .contains(world.pebble.authority().name());
  }

  @Test
  void aCaThatHasNoRoomIsAskedAgainWhenItSays() throws Exception {
    try (var busy = new BusyFront(world.pebble)) {
      certs = certs(busy.authority());
      hosts = Set.of(HOST);
      certs.start(() -> hosts, Set::of, List::of);

      Waiting.until("it has failed", () -> certs.list().certs().getFirst().trouble().isPresent());

      var trouble = certs.list().certs().getFirst().trouble().orElseThrow();
      assertThat(trouble.problem().code()).isEqualTo(Code.CERT_QUOTA.id());
      assertThat(trouble.problem().why()).contains("too many certificates");
      assertThat(trouble.retryAt())
          .isAfter(trouble.at().plusSeconds(BusyFront.RETRY_AFTER_SECONDS - 60));
    }
  }

  @Test
  void aPrivateNameIsRefusedWithoutAskingTheCa() {
    assertThat(refused("cv.internal").code()).isEqualTo(Code.CERT_NAME.id());
    assertThat(world.store.list(Store.PRODUCTION, "certs/")).isEmpty();
  }

  @Test
  void aNameThatLeadsElsewhereIsNotOrderedFor() {
    var elsewhere =
        new Preflight(
            true,
            () -> List.of(InetAddress.ofLiteral("198.51.100.7")),
            _ -> List.of(InetAddress.ofLiteral("203.0.113.9")));
    certs = new Certs(around(world.pebble.authority()), elsewhere);

    var refused = refused(HOST);

    assertThat(refused.code()).isEqualTo(Code.CERT_DNS.id());
    assertThat(refused.why()).contains("203.0.113.9").contains("198.51.100.7");
    assertThat(world.store.list(Store.PRODUCTION, "certs/accounts/")).isEmpty();
  }

  @Test
  void oneThatIsAskedForByHandIsServedWhenTheAnswerComes() throws Exception {
    certs.start(() -> hosts, Set::of, List::of);

    assertThat(certs.order(HOST).state()).isEqualTo(CertState.SERVING);
    var root = world.pebble.root();
    var first = Trust.visit(root, HOST, world.pebble.httpsPort).getSerialNumber();
    certs.order(HOST);
    assertThat(Trust.visit(root, HOST, world.pebble.httpsPort).getSerialNumber()).isEqualTo(first);
    certs.renew(HOST);
    assertThat(Trust.visit(root, HOST, world.pebble.httpsPort).getSerialNumber())
        .isNotEqualTo(first);
    assertThatThrownBy(() -> Trust.visit(root, "shop.example.com", world.pebble.httpsPort))
        .isInstanceOf(IOException.class);
  }

  @Test
  void oneOfOnesOwnServesBeforeTheCas() throws Exception {
    hosts = Set.of(HOST);
    certs.start(() -> hosts, Set::of, List::of);
    awaitServed(world.pebble.root(), HOST);

    var own = new OpenSsl(world.home).make(OpenSsl.p256(), HOST, "*.example.org");
    assertThat(certs.take(own, "ada").certs())
        .extracting(Cert::host, Cert::state, Cert::authority)
        .containsExactly(
            tuple(HOST, CertState.SERVING, Optional.empty()),
            tuple("*.example.org", CertState.SERVING, Optional.empty()));

    assertThat(Trust.visit(own.chainPem(), HOST, world.pebble.httpsPort)).isNotNull();
    assertThat(Trust.visit(own.chainPem(), "any.example.org", world.pebble.httpsPort)).isNotNull();
    hosts = Set.of("any.example.org");
    touch();
    assertThat(certs.list().certs()).extracting(Cert::state).containsOnly(CertState.SERVING);
  }

  /// Which certificate it was that was shown then.
  private X509Certificate awaitServed(String root, String host) {
    var seen = new ArrayList<X509Certificate>();
    Waiting.until(
        "%s is served with the CA's certificate".formatted(host),
        () -> {
          seen.add(Trust.visit(root, host, world.pebble.httpsPort));
          return true;
        });
    return seen.getLast();
  }

  private Problem refused(String host) {
    return catchThrowableOfType(ProblemException.class, () -> certs.order(host)).problem();
  }

  private CertRecords records() {
    return world.records();
  }

  private void touch() {
    world.store.commit(
        Commit.of(
            Store.PRODUCTION,
            "ada",
            "a deploy",
            new Commit.Mutation.Put(
                "apps/cv/live", Value.json("{}".getBytes(StandardCharsets.UTF_8)))));
  }

  private Certs certs(Authority... authorities) {
    return new Certs(around(authorities));
  }

  private Certs.Surroundings around(Authority... authorities) {
    return world.around(Optional.empty(), authorities);
  }
}
