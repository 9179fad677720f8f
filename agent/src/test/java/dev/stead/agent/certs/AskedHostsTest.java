package dev.stead.agent.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.stead.agent.certs.CertRecords.Asked;
import dev.stead.agent.edge.EdgeLink;
import dev.stead.sdk.Answers.Cert;
import dev.stead.sdk.Answers.CertState;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Certificates for the domains of an app's customers: a real CA, a real edge, an app that is
/// asked.
final class AskedHostsTest {
  private static final String CUSTOMER = "shop.customer.org";
  private static final String STRANGER = "stranger.example.org";
  private static final String PRIVATE = "customer.internal";

  private World world;
  private AskedApp app;
  private Certs certs;
  private volatile Set<String> named = Set.of();
  private volatile List<URI> addresses = List.of();
  private final AtomicInteger rounds = new AtomicInteger();
  private final AtomicInteger looks = new AtomicInteger();

  @BeforeEach
  void start() throws IOException, InterruptedException {
    world = new World();
    app = new AskedApp(CUSTOMER);
    addresses = app.addresses();
    certs = certs();
  }

  @AfterEach
  void stop() throws IOException {
    certs.close();
    app.close();
    world.close();
  }

  @Test
  void aHostThatTheAppWantsGetsItsCertificateAndKeepsItWhenTheAgentStartsAnew() throws Exception {
    certs.start(Set::of, () -> named, app::addresses);

    var first = awaitServed();

    assertThat(app.asked()).containsExactly(CUSTOMER);
    certs.close();
    world.edge().loseEverything();
    certs = certs();
    certs.start(Set::of, () -> named, app::addresses);
    assertThat(awaitServed()).isEqualTo(first);
    assertThat(certs.list().certs())
        .extracting(Cert::host, Cert::state)
        .containsExactly(tuple(CUSTOMER, CertState.SERVING));
    assertThat(records().ledger(world.pebble.authority()).entries())
        .extracting(Ledger.Entry::kind)
        .containsExactly(Ledger.Kind.ORDERED, Ledger.Kind.ISSUED);
  }

  @Test
  void aHostThatTheAppDoesNotWantIsNotAskedForAgainAtOnce() throws Exception {
    certs.start(Set::of, () -> named, app::addresses);

    visitInVain(STRANGER);
    Waiting.until("the app is asked", () -> app.asked().contains(STRANGER));
    visitInVain(STRANGER);
    visitInVain(PRIVATE);
    awaitServed();

    assertThat(app.asked()).containsExactly(STRANGER, CUSTOMER);
    assertThat(records().hosts()).containsExactly(CUSTOMER);
    world.later(Refusals.KEPT.plusSeconds(1));
    Waiting.until(
        "it is asked again later",
        () -> {
          visitInVain(STRANGER);
          return app.asked().size() > 2;
        });
  }

  @Test
  void aHostThatAnAppNamesIsNeverAskedFor() {
    named = Set.of(STRANGER, "*.customer.org");
    app.want(STRANGER, CUSTOMER);
    try (var asking = asking()) {
      assertThat(asking).isNotNull();
      visitInARoundOfItsOwn(STRANGER);
      visitInARoundOfItsOwn(CUSTOMER);

      assertThat(app.asked()).isEmpty();
    }
  }

  @Test
  void anAppThatWantsEverythingHasABudget() {
    for (int i = 0; i < AskedHosts.NEW_MAX; i++) {
      records().putAsked("shop%d.example.org".formatted(i), new Asked(world.clock().instant()));
    }
    try (var asking = asking()) {
      assertThat(asking).isNotNull();
      visitInARoundOfItsOwn(CUSTOMER);
      assertThat(app.asked()).isEmpty();

      world.later(Duration.ofHours(4));
      visitInVain(CUSTOMER);
      Waiting.until("there is room again", () -> records().asked(CUSTOMER).isPresent());
    }
  }

  @Test
  void anAppThatDoesNotAnswerHasRefusedNothing() throws Exception {
    var away = new AskedApp();
    away.close();
    addresses = away.addresses();
    try (var asking = asking()) {
      assertThat(asking).isNotNull();
      visitInARoundOfItsOwn(CUSTOMER);

      addresses = app.addresses();
      visitInVain(CUSTOMER);

      Waiting.until("it is asked again", () -> records().asked(CUSTOMER).isPresent());
    }
  }

  @Test
  void whetherAnybodyCanBeAskedIsLookedUpOnceForEachChangeOfTheStore() {
    named = Set.of(STRANGER);
    try (var asking = asking()) {
      assertThat(asking).isNotNull();
      visitInARoundOfItsOwn(STRANGER);
      assertThat(looks).hasValue(1);

      records().putAsked("wake.example.org", new Asked(world.clock().instant()));
      visitInARoundOfItsOwn(STRANGER);

      assertThat(looks).hasValue(2);
    }
  }

  @Test
  void anAppThatComesLaterIsAsked() {
    addresses = List.of();
    try (var asking = asking()) {
      assertThat(asking).isNotNull();
      Waiting.until("nobody can be asked", () -> looks.get() > 0);

      addresses = app.addresses();
      // The switch of a deploy is a commit.
      records().putAsked("wake.example.org", new Asked(world.clock().instant()));
      visitInVain(CUSTOMER);

      Waiting.until("it is asked", () -> records().asked(CUSTOMER).isPresent());
    }
  }

  @Test
  void aHostThatIsNotWantedAnyMoreIsNotRenewedAndServedUntilItsEnd() throws Exception {
    certs.start(Set::of, () -> named, app::addresses);
    var first = awaitServed();
    var life =
        Duration.between(
            world.clock().instant(), certs.list().certs().getFirst().notAfter().orElseThrow());

    app.want();
    world.later(life.multipliedBy(3).dividedBy(4));
    records().putAsked("wake.example.org", new Asked(world.clock().instant()));

    Waiting.until("it is known", () -> records().asked(CUSTOMER).isEmpty());
    assertThat(awaitServed()).isEqualTo(first);
    assertThat(app.asked().getLast()).isEqualTo(CUSTOMER);
  }

  /// Only what asks, without what orders.
  private AskedHosts asking() {
    var asking =
        new AskedHosts(
            records(), new Shelf(records()), new EdgeLink(world.edge().sockets()), world.clock());
    asking.start(this::named, new Question(this::addresses));
    return asking;
  }

  /// Looked at once in each round, when the edge has told its hosts.
  private Set<String> named() {
    rounds.incrementAndGet();
    return named;
  }

  /// Looked at once for each change of the store, and once more for each question.
  private List<URI> addresses() {
    looks.incrementAndGet();
    return addresses;
  }

  /// Returns once the round that has seen this host is over: the first that is counted may have
  /// taken what the edge had before it, the second has seen it, the third has begun since.
  private void visitInARoundOfItsOwn(String host) {
    for (var visited : List.of(host, PRIVATE, PRIVATE)) {
      var before = rounds.get();
      visitInVain(visited);
      Waiting.until("a round has begun", () -> rounds.get() > before);
    }
  }

  private BigInteger awaitServed() {
    var seen = new ArrayList<BigInteger>();
    Waiting.until(
        "the customer's domain is served with the CA's certificate",
        () ->
            seen.add(
                Trust.visit(world.pebble.root(), CUSTOMER, world.pebble.httpsPort)
                    .getSerialNumber()));
    return seen.getLast();
  }

  /// Shakes hands under a name that the edge has no certificate for.
  private void visitInVain(String host) {
    assertThatThrownBy(() -> Trust.visit(world.pebble.root(), host, world.pebble.httpsPort))
        .isInstanceOf(SSLException.class);
  }

  private CertRecords records() {
    return world.records();
  }

  private Certs certs() {
    return new Certs(world.around(Optional.empty(), world.pebble.authority()));
  }
}
