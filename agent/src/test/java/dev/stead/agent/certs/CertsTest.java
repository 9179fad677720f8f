package dev.stead.agent.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.stead.agent.FreePort;
import dev.stead.agent.edge.EdgeLink;
import dev.stead.agent.vault.Vault;
import dev.stead.sdk.Answers.Cert;
import dev.stead.sdk.Answers.CertState;
import dev.stead.sdk.Answers.Level;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import dev.stead.store.Commit;
import dev.stead.store.Store;
import dev.stead.store.Value;
import dev.stead.store.rocks.RocksStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Certificates that come and stay by themselves: a real CA, [Pebble], a real edge that answers it.
final class CertsTest {
  private static final String HOST = "cv.example.com";

  private Path home;
  private Pebble pebble;
  private RealEdge edge;
  private Store store;
  private Certs certs;
  private volatile Set<String> hosts = Set.of();
  private volatile Duration ahead = Duration.ZERO;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    home = Files.createTempDirectory(Path.of("/tmp"), "sc");
    pebble = new Pebble(home);
    edge = new RealEdge(home, pebble.httpPort, pebble.httpsPort);
    store = RocksStore.open(home.resolve("store"), InstantSource.system());
    certs = certs(pebble.authority());
  }

  @AfterEach
  void stop() throws IOException {
    certs.close();
    assertThat(store.check()).isEmpty();
    store.close();
    edge.close();
    pebble.close();
    try (var all = Files.walk(home)) {
      for (var file : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void aHostOfAnAppGetsItsCertificateAndTheEdgeServesIt() throws Exception {
    hosts = Set.of(HOST, "shop.example.org", "cv.localhost", "10.0.0.1");
    certs.start(() -> hosts, Set::of, List::of);

    var root = pebble.root();
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

    awaitServed(pebble.root(), HOST);
  }

  @Test
  void anEdgeThatLostEverythingGetsTheCertificatesAgain() throws Exception {
    hosts = Set.of(HOST);
    certs.start(() -> hosts, Set::of, List::of);
    var root = pebble.root();
    awaitServed(root, HOST);

    edge.loseEverything();

    awaitServed(root, HOST);
  }

  @Test
  void anAgentThatStartsAnewServesWhatItHasAndOrdersNothing() throws Exception {
    hosts = Set.of(HOST);
    certs.start(() -> hosts, Set::of, List::of);
    var root = pebble.root();
    var first = awaitServed(root, HOST).getSerialNumber();

    certs.close();
    edge.loseEverything();
    certs = certs(pebble.authority());
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
    certs = certs(pebble.authority());
    certs.start(() -> hosts, Set::of, List::of);

    var root = pebble.root();
    assertThat(awaitServed(root, HOST).getPublicKey()).isEqualTo(ordered);
  }

  @Test
  void aCertificateWithAThirdOfItsLifeLeftIsReplaced() throws Exception {
    hosts = Set.of(HOST);
    certs.start(() -> hosts, Set::of, List::of);
    var root = pebble.root();
    var first = awaitServed(root, HOST).getSerialNumber();
    var cert = certs.list().certs().getFirst();
    var life = Duration.between(InstantSource.system().instant(), cert.notAfter().orElseThrow());

    ahead = life.multipliedBy(3).dividedBy(4);
    touch();

    Waiting.until(
        "it is renewed",
        () -> !Trust.visit(root, HOST, pebble.httpsPort).getSerialNumber().equals(first));
  }

  @Test
  void aCaThatWantsItsCertificateReplacedSoonerIsHeardWithinADay() throws Exception {
    var now = InstantSource.system().instant();
    try (var front = new SuggestingFront(pebble, now.plus(Duration.ofDays(30)))) {
      certs = certs(front.authority());
      hosts = Set.of(HOST);
      certs.start(() -> hosts, Set::of, List::of);
      awaitServed(pebble.root(), HOST);
      assertThat(certs.list().certs().getFirst().renewAt().orElseThrow())
          .isBetween(now.plus(Duration.ofDays(29)), now.plus(Duration.ofDays(31)));

      front.keepOrders();
      front.suggest(now.minus(Duration.ofDays(1)));
      ahead = RenewalReview.LATEST.plusHours(1);
      touch();

      Waiting.until("it is ordered again", () -> !front.orders().isEmpty());
      assertThat(front.orders().getFirst())
          .contains("\"replaces\":\"" + front.asked().getLast() + "\"");
    }
  }

  @Test
  void whatTheCaCannotSeeIsToldAndTriedLaterAtTheOtherPort() throws Exception {
    // Nobody answers where the CA asks.
    edge.close();
    edge = new RealEdge(home, FreePort.next(), pebble.httpsPort);
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
    ahead = Duration.ofMinutes(10);
    touch();
    awaitServed(pebble.root(), HOST);
  }

  @Test
  void onceAValidationHasFailedTheNextIsRehearsedWhereItCostsNothing() throws Exception {
    edge.close();
    edge = new RealEdge(home, FreePort.next(), FreePort.next());
    try (var staging = new Pebble(Files.createDirectories(home.resolve("staging")))) {
      certs = new Certs(around(Optional.of(staging.authority()), pebble.authority()));
      assertThat(refused(HOST).what()).contains(pebble.authority().name());

      assertThat(refused(HOST).what()).contains(staging.authority().name());

      assertThat(records().ledger(pebble.authority()).entries())
          .extracting(Ledger.Entry::kind)
          .containsExactly(Ledger.Kind.ORDERED, Ledger.Kind.FAILED);
    }
  }

  @Test
  void aRehearsalThatSucceedsIsFollowedByTheOrder() throws Exception {
    edge.close();
    edge = new RealEdge(home, FreePort.next(), pebble.httpsPort);
    certs = new Certs(around(Optional.of(pebble.authority()), pebble.authority()));
    certs.start(() -> hosts, Set::of, List::of);
    assertThat(refused(HOST).code()).isEqualTo(Code.CERT_VALIDATION.id());

    assertThat(certs.order(HOST).state()).isEqualTo(CertState.SERVING);

    assertThat(records().ledger(pebble.authority()).entries())
        .extracting(Ledger.Entry::kind)
        .filteredOn(Ledger.Kind.ISSUED::equals)
        .hasSize(2);
    assertThat(store.list(Store.PRODUCTION, "certs/rehearsals/")).isEmpty();
    Trust.visit(pebble.root(), HOST, pebble.httpsPort);
  }

  @Test
  void aSecondCaIsAskedWhereTheFirstIsDown() throws Exception {
    var down =
        new Authority(
            URI.create("https://localhost:%d/dir".formatted(FreePort.next())),
            pebble.authority().trust());
    certs = certs(down, pebble.authority());
    hosts = Set.of(HOST);
    certs.start(() -> hosts, Set::of, List::of);

    awaitServed(pebble.root(), HOST);
    assertThat(certs.list().certs().getFirst().authority()).contains(pebble.authority().name());
  }

  @Test
  void aCaThatHasNoRoomIsAskedAgainWhenItSays() throws Exception {
    try (var busy = new BusyFront(pebble)) {
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
    assertThat(store.list(Store.PRODUCTION, "certs/")).isEmpty();
  }

  @Test
  void aNameThatLeadsElsewhereIsNotOrderedFor() {
    var elsewhere =
        new Preflight(
            true,
            () -> List.of(InetAddress.ofLiteral("198.51.100.7")),
            _ -> List.of(InetAddress.ofLiteral("203.0.113.9")));
    certs = new Certs(around(pebble.authority()), elsewhere);

    var refused = refused(HOST);

    assertThat(refused.code()).isEqualTo(Code.CERT_DNS.id());
    assertThat(refused.why()).contains("203.0.113.9").contains("198.51.100.7");
    assertThat(store.list(Store.PRODUCTION, "certs/accounts/")).isEmpty();
  }

  @Test
  void oneThatIsAskedForByHandIsServedWhenTheAnswerComes() throws Exception {
    certs.start(() -> hosts, Set::of, List::of);

    assertThat(certs.order(HOST).state()).isEqualTo(CertState.SERVING);
    var root = pebble.root();
    var first = Trust.visit(root, HOST, pebble.httpsPort).getSerialNumber();
    certs.order(HOST);
    assertThat(Trust.visit(root, HOST, pebble.httpsPort).getSerialNumber()).isEqualTo(first);
    certs.renew(HOST);
    assertThat(Trust.visit(root, HOST, pebble.httpsPort).getSerialNumber()).isNotEqualTo(first);
    assertThatThrownBy(() -> Trust.visit(root, "shop.example.com", pebble.httpsPort))
        .isInstanceOf(IOException.class);
  }

  @Test
  void oneOfOnesOwnServesBeforeTheCas() throws Exception {
    hosts = Set.of(HOST);
    certs.start(() -> hosts, Set::of, List::of);
    awaitServed(pebble.root(), HOST);

    var own = new OpenSsl(home).make(OpenSsl.p256(), HOST, "*.example.org");
    assertThat(certs.take(own, "ada").certs())
        .extracting(Cert::host, Cert::state, Cert::authority)
        .containsExactly(
            tuple(HOST, CertState.SERVING, Optional.empty()),
            tuple("*.example.org", CertState.SERVING, Optional.empty()));

    assertThat(Trust.visit(own.chainPem(), HOST, pebble.httpsPort)).isNotNull();
    assertThat(Trust.visit(own.chainPem(), "any.example.org", pebble.httpsPort)).isNotNull();
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
          seen.add(Trust.visit(root, host, pebble.httpsPort));
          return true;
        });
    return seen.getLast();
  }

  private Problem refused(String host) {
    return catchThrowableOfType(ProblemException.class, () -> certs.order(host)).problem();
  }

  private CertRecords records() {
    return new CertRecords(store, Vault.open(home.resolve("secrets.key")));
  }

  private void touch() {
    store.commit(
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
    return around(Optional.empty(), authorities);
  }

  private Certs.Surroundings around(Optional<Authority> rehearsal, Authority... authorities) {
    return new Certs.Surroundings(
        store,
        Vault.open(home.resolve("secrets.key")),
        new EdgeLink(edge.sockets()),
        new AcmeSettings(List.of(authorities), rehearsal, Optional.of("ada@example.com"), false),
        () -> InstantSource.system().instant().plus(ahead));
  }
}
