package dev.stead.agent.certs;

import dev.stead.agent.vault.Vault;
import dev.stead.sdk.Wire;
import dev.stead.store.Commit;
import dev.stead.store.Commit.Mutation;
import dev.stead.store.Derived;
import dev.stead.store.Store;
import dev.stead.store.Value;
import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/// The certificates' part of the store, typed: which document stands under which key. Private keys
/// are encrypted by the [Vault].
///
/// | key | value |
/// | --- | --- |
/// | `certs/accounts/CA/key` | the key of the account at a CA |
/// | `certs/accounts/CA/ledger` | [Ledger], what was asked of it lately |
/// | `certs/hosts/HOST/certificate` | [Kept], the certificate that serves |
/// | `certs/hosts/HOST/key` | its key |
/// | `certs/hosts/HOST/order` | [Begun], an order under way |
/// | `certs/hosts/HOST/order-key` | the key of the certificate that it is to give |
/// | `certs/hosts/HOST/trouble` | [Trouble], why the last try gave none |
/// | `certs/hosts/HOST/asked` | [Asked], that an app wants it though none names it |
/// | `certs/rehearsals/HOST/…` | the same of an order that only shows that another would succeed |
/// | `certs/own/HOST/certificate` | [Kept], a certificate that the user brought; HOST is its first |
/// | `certs/own/HOST/key` | its key |
final class CertRecords {
  /// What keys are encrypted for: no app can have this name.
  private static final String OWNER = ".certs";

  private static final String AGENT = "agent";
  private static final String ASKED = "asked";
  private static final String TROUBLE = "/trouble";
  private static final String HOSTS = "certs/hosts/";
  private static final String REHEARSALS = "certs/rehearsals/";
  private static final String OWN = "certs/own/";

  private final Store store;
  private final Vault vault;
  private final String orders;

  CertRecords(Store store, Vault vault) {
    this(store, vault, HOSTS);
  }

  /// @param orders where orders, and what they give, are kept
  private CertRecords(Store store, Vault vault, String orders) {
    this.store = store;
    this.vault = vault;
    this.orders = orders;
  }

  /// The same, with orders and certificates apart from those that serve.
  CertRecords rehearsals() {
    return new CertRecords(store, vault, REHEARSALS);
  }

  /// A certificate that serves.
  ///
  /// @param hosts the names that it is for
  /// @param chainPem itself, then those that lead to the CA
  /// @param authority the CA's name; empty for one that the user brought
  /// @param renewAt when it is to be replaced; empty for one that the user brought
  @Json(naming = Naming.LowerHyphen)
  record Kept(
      List<String> hosts,
      String chainPem,
      Instant notBefore,
      Instant notAfter,
      Optional<String> authority,
      Optional<Instant> renewAt) {
    Kept {
      Objects.requireNonNull(hosts, "hosts is missing");
      Objects.requireNonNull(chainPem, "chain-pem is missing");
      Objects.requireNonNull(notBefore, "not-before is missing");
      Objects.requireNonNull(notAfter, "not-after is missing");
      hosts = List.copyOf(hosts);
    }

    /// Whether this CA gave it.
    boolean isOf(Authority one) {
      return authority.filter(one.name()::equals).isPresent();
    }

    /// The same, to be replaced at another time.
    Kept renewedAt(Instant moment) {
      return new Kept(hosts, chainPem, notBefore, notAfter, authority, Optional.of(moment));
    }
  }

  /// An order that a CA has taken and that has not given its certificate yet.
  ///
  /// @param url where the CA tells of it
  @Json(naming = Naming.LowerHyphen)
  record Begun(String authority, URL url, Instant at) {
    Begun {
      Objects.requireNonNull(authority, "authority is missing");
      Objects.requireNonNull(url, "url is missing");
      Objects.requireNonNull(at, "at is missing");
    }
  }

  /// That an app, asked for a host that no app names, has said that it wants it.
  ///
  /// @param at when it said so first
  @Json(naming = Naming.LowerHyphen)
  record Asked(Instant at) {
    Asked {
      Objects.requireNonNull(at, "at is missing");
    }
  }

  /// Every host of which anything is known, by name.
  SortedSet<String> hosts() {
    return names(HOSTS);
  }

  /// The first host of each certificate that the user brought.
  SortedSet<String> own() {
    return names(OWN);
  }

  private SortedSet<String> names(String prefix) {
    var names = new TreeSet<String>();
    for (var entry : store.list(Store.PRODUCTION, prefix)) {
      names.add(entry.key().substring(prefix.length()).split("/", 2)[0]);
    }
    return names;
  }

  /// The number of the store's last commit: rises with every change here.
  long head() {
    return store.head();
  }

  /// What is worked out from the store.
  <T> Derived<T> derived(Supplier<T> work) {
    return new Derived<>(store, work);
  }

  Optional<KeyPair> accountKey(Authority authority) {
    return key(accountKeyName(authority));
  }

  void putAccountKey(Authority authority, KeyPair pair) {
    commit("account at " + authority.name(), putKey(accountKeyName(authority), pair));
  }

  Ledger ledger(Authority authority) {
    return read(ledgerName(authority), Ledger.class).orElse(Ledger.EMPTY);
  }

  /// Notes what was asked of a CA, or what became of it.
  void note(Authority authority, Ledger.Entry entry) {
    commit(
        "%s %s at %s".formatted(entry.kind(), entry.host(), authority.name()),
        put(ledgerName(authority), ledger(authority).with(entry)));
  }

  Optional<Kept> certificate(String host) {
    return read(name(host, "certificate"), Kept.class);
  }

  Optional<KeyPair> certificateKey(String host) {
    return key(name(host, "key"));
  }

  Optional<Kept> ownCertificate(String first) {
    return read(OWN + first + "/certificate", Kept.class);
  }

  /// The private key of a certificate that the user brought, as a PEM block.
  String ownKeyPem(String first) {
    var key = OWN + first + "/key";
    return bytes(key)
        .map(bytes -> new String(bytes, StandardCharsets.US_ASCII))
        .orElseThrow(() -> new IllegalStateException("there is no " + key));
  }

  /// Keeps a certificate that the user brought, in the place of one for the same first host.
  void putOwn(Kept certificate, String keyPem, String actor) {
    var first = OWN + certificate.hosts().getFirst();
    var key = first + "/key";
    store.commit(
        Commit.of(
            Store.PRODUCTION,
            actor,
            "brought a certificate for " + String.join(", ", certificate.hosts()),
            put(first + "/certificate", certificate),
            encrypted(key, keyPem.getBytes(StandardCharsets.US_ASCII))));
  }

  Optional<Trouble> trouble(String host) {
    return read(HOSTS + host + TROUBLE, Trouble.class);
  }

  void putTrouble(String host, Trouble trouble) {
    commit("no certificate for " + host, put(HOSTS + host + TROUBLE, trouble));
  }

  /// Forgets everything of a host.
  void forget(String host) {
    var mutations =
        store.list(Store.PRODUCTION, orders + host + "/").stream()
            .map(entry -> new Mutation.Delete(entry.key()))
            .toArray(Mutation[]::new);
    if (mutations.length > 0) {
      commit("forgot the certificate for " + host, mutations);
    }
  }

  /// Keeps what has become known of the certificate that serves.
  void putCertificate(String host, Kept certificate) {
    commit(
        "another time to renew the certificate for " + host,
        put(name(host, "certificate"), certificate));
  }

  Optional<Asked> asked(String host) {
    return read(name(host, ASKED), Asked.class);
  }

  /// Every host that an app wants though none names it.
  SortedMap<String, Asked> askedHosts() {
    var found = new TreeMap<String, Asked>();
    for (var host : hosts()) {
      asked(host).ifPresent(each -> found.put(host, each));
    }
    return found;
  }

  void putAsked(String host, Asked asked) {
    commit("an app wants a certificate for " + host, put(name(host, ASKED), asked));
  }

  void dropAsked(String host) {
    commit(
        "no app wants a certificate for " + host + " any more",
        new Mutation.Delete(name(host, ASKED)));
  }

  Optional<Begun> order(String host) {
    return read(name(host, "order"), Begun.class);
  }

  /// The key of the order under way.
  KeyPair orderKey(String host) {
    return key(name(host, "order-key"))
        .orElseThrow(() -> new IllegalStateException("an order for %s has no key".formatted(host)));
  }

  void putOrder(String host, Begun order, KeyPair pair) {
    commit(
        "ordered a certificate for " + host,
        put(name(host, "order"), order),
        putKey(name(host, "order-key"), pair));
  }

  void dropOrder(String host) {
    commit(
        "gave up an order for " + host,
        new Mutation.Delete(name(host, "order")),
        new Mutation.Delete(name(host, "order-key")));
  }

  /// Puts the certificate of the order under way in the place of the one before, and counts it, in
  /// one commit: at no time is a host without the one it had, and none is counted twice.
  void fulfil(Authority authority, Ledger.Entry issued, Kept certificate, KeyPair pair) {
    var host = issued.host();
    commit(
        "got a certificate for " + host,
        put(ledgerName(authority), ledger(authority).with(issued)),
        put(name(host, "certificate"), certificate),
        putKey(name(host, "key"), pair),
        new Mutation.Delete(name(host, "order")),
        new Mutation.Delete(name(host, "order-key")),
        new Mutation.Delete(name(host, "trouble")));
  }

  private void commit(String message, Mutation... mutations) {
    store.commit(Commit.of(Store.PRODUCTION, AGENT, message, mutations));
  }

  private <T> Optional<T> read(String key, Class<T> type) {
    return store.get(Store.PRODUCTION, key).map(entry -> Wire.read(entry.value().bytes(), type));
  }

  private Optional<KeyPair> key(String key) {
    return bytes(key).map(Keys::read);
  }

  private Optional<byte[]> bytes(String key) {
    return store
        .get(Store.PRODUCTION, key)
        .map(entry -> vault.decrypt(OWNER, key, entry.value().bytes()));
  }

  private static Mutation put(String key, Record document) {
    return new Mutation.Put(key, Value.json(Wire.write(document)));
  }

  private Mutation putKey(String key, KeyPair pair) {
    return encrypted(key, Keys.write(pair));
  }

  private Mutation encrypted(String key, byte[] plain) {
    return new Mutation.Put(
        key, new Value("application/octet-stream", vault.encrypt(OWNER, key, plain)));
  }

  private static String accountKeyName(Authority authority) {
    return "certs/accounts/%s/key".formatted(authority.name());
  }

  private static String ledgerName(Authority authority) {
    return "certs/accounts/%s/ledger".formatted(authority.name());
  }

  private String name(String host, String what) {
    return orders + host + "/" + what;
  }
}
