package dev.stead.agent.certs;

import dev.stead.agent.edge.EdgeLink;
import dev.stead.agent.vault.Vault;
import dev.stead.sdk.Answers;
import dev.stead.sdk.Answers.Cert;
import dev.stead.sdk.Answers.CertState;
import dev.stead.sdk.Answers.CertTrouble;
import dev.stead.sdk.Answers.Finding;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import dev.stead.sdk.Requests;
import dev.stead.store.Store;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// The certificates of this server: got for every public host that an app answers to, renewed in
/// time, handed to the edge. Safe for concurrent use.
public final class Certs implements AutoCloseable {
  /// An edge that is there serves a new certificate within this time.
  private static final Duration DELIVERY = Duration.ofSeconds(5);

  private final CertRecords records;
  private final Shelf shelf;
  private final Delivery delivery;
  private final Orders orders;
  private final Upkeep upkeep;
  private final AskedHosts asked;
  private final InstantSource clock;
  private volatile Supplier<Set<String>> hosts = Set::of;

  /// What certificates live among.
  ///
  /// @param edge the line to the edge
  public record Surroundings(
      Store store, Vault vault, EdgeLink edge, AcmeSettings settings, InstantSource clock) {}

  public Certs(Surroundings around) {
    this(around, Preflight.here(around.settings().preflight()));
  }

  Certs(Surroundings around, Preflight preflight) {
    this.clock = around.clock();
    this.records = new CertRecords(around.store(), around.vault());
    this.shelf = new Shelf(records);
    this.delivery = new Delivery(around.edge(), shelf, records.head());
    this.orders = new Orders(records, around.settings(), preflight, delivery, clock);
    this.upkeep = new Upkeep(records, orders, shelf, delivery, clock);
    this.asked = new AskedHosts(records, shelf, around.edge(), clock);
  }

  /// Begins to hand certificates to the edge and to get those that are missing.
  ///
  /// @param wanted the hosts that apps answer to by https; private names among them are left alone
  /// @param named the hosts that apps name, whether by https or not, `*.rest` among them
  /// @param ask where an app can be asked whether it wants a host that none names, `?domain=HOST`
  ///   to be added: one address for each of its instances
  public void start(
      Supplier<Set<String>> wanted, Supplier<Set<String>> named, Supplier<List<URI>> ask) {
    hosts = wanted;
    var question = new Question(ask);
    delivery.start();
    upkeep.start(wanted, question);
    asked.start(named, question);
  }

  /// Whether a host is served with a certificate that browsers can trust.
  public boolean cover(String host) {
    return shelf.find(host).filter(item -> item.notAfter().isAfter(clock.instant())).isPresent();
  }

  /// Whether a host is one that a certificate is got for.
  public static boolean isPublic(String host) {
    return PublicName.refusal(host).isEmpty();
  }

  /// Every certificate, and every host that wants one.
  public Answers.Certs list() {
    var certs = names().map(this::cert).toList();
    return new Answers.Certs(certs);
  }

  /// What serves these hosts, or is to serve them; private names are left out.
  public Answers.Certs list(Set<String> of) {
    return new Answers.Certs(of.stream().filter(Certs::isPublic).sorted().map(this::cert).toList());
  }

  private Stream<String> names() {
    var names = new TreeSet<>(shelf.items().keySet());
    names.addAll(records.askedHosts().keySet());
    hosts.get().stream()
        .filter(host -> isPublic(host) && shelf.find(host).isEmpty())
        .forEach(names::add);
    return names.stream();
  }

  /// Gets a certificate now for a host that has none, or has one that has expired.
  public Cert order(String host) throws InterruptedException {
    var name = require(host);
    return cover(name) ? cert(name) : obtain(name);
  }

  /// Gets a new certificate now in the place of the one that serves.
  public Cert renew(String host) throws InterruptedException {
    return obtain(require(host));
  }

  private static String require(String host) {
    var refusal = PublicName.refusal(host);
    if (refusal.isPresent()) {
      var what = "getting a certificate for " + host;
      throw new ProblemException(Problem.of(Code.CERT_NAME, what, refusal.orElseThrow()));
    }
    return host.toLowerCase(Locale.ROOT);
  }

  private Cert obtain(String host) throws InterruptedException {
    try {
      orders.obtain(host);
    } catch (OrderFailedException e) {
      throw new ProblemException(e.problem(), e);
    }
    deliver();
    return cert(host);
  }

  private void deliver() throws InterruptedException {
    shelf.refresh();
    delivery.request();
    delivery.await(DELIVERY);
  }

  /// Serves a certificate of the user's own from now on, for every host that it bears.
  ///
  /// @param actor who brings it
  /// @throws ProblemException `D-CERT-UNUSABLE`
  public Answers.Certs take(Requests.OwnCertificate request, String actor)
      throws InterruptedException {
    var own = OwnCertificate.read(request, clock.instant());
    records.putOwn(own.kept(), own.keyPem(), actor);
    deliver();
    return new Answers.Certs(own.kept().hosts().stream().map(this::cert).toList());
  }

  private Cert cert(String host) {
    var trouble =
        records
            .trouble(host)
            .map(each -> new CertTrouble(each.problem(), each.at(), each.retryAt()));
    var serving = shelf.find(host);
    return new Cert(
        host,
        serving.isEmpty() ? CertState.WANTED : cover(host) ? CertState.SERVING : CertState.EXPIRED,
        serving.flatMap(Shelf.Item::authority),
        serving.map(Shelf.Item::notBefore),
        serving.map(Shelf.Item::notAfter),
        serving.flatMap(Shelf.Item::renewAt),
        trouble);
  }

  /// What is well and what is not with the certificates that somebody needs.
  public List<Finding> findings() {
    var now = clock.instant();
    var wanted = hosts.get();
    var ofEdge =
        delivery
            .declined()
            .map(
                why ->
                    Finding.bad(
                        "certs",
                        "the edge does not take the certificates: " + why,
                        "Bring the one that is named again with `stead certs import`."))
            .stream();
    var ofHosts =
        names()
            .filter(host -> wanted.contains(host) || isOwn(host))
            .map(host -> CertFinding.of(cert(host), now));
    return Stream.concat(ofEdge, ofHosts).toList();
  }

  private boolean isOwn(String host) {
    return shelf.find(host).filter(item -> item.authority().isEmpty()).isPresent();
  }

  /// Orders under way are left where they are, for the next agent to go on with.
  @Override
  public void close() {
    orders.close();
    asked.close();
    upkeep.close();
    delivery.close();
  }
}
