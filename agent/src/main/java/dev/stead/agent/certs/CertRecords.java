package dev.stead.agent.certs;

import dev.stead.agent.vault.Vault;
import dev.stead.sdk.Wire;
import dev.stead.store.Commit;
import dev.stead.store.Commit.Mutation;
import dev.stead.store.Store;
import dev.stead.store.Value;
import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.net.URL;
import java.security.KeyPair;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

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
final class CertRecords {
  /// What keys are encrypted for: no app can have this name.
  private static final String OWNER = ".certs";

  private static final String AUTHOR = "agent";

  private final Store store;
  private final Vault vault;

  CertRecords(Store store, Vault vault) {
    this.store = store;
    this.vault = vault;
  }

  /// A certificate that serves a host.
  ///
  /// @param chainPem itself, then those that lead to the CA
  /// @param authority the CA's name
  @Json(naming = Naming.LowerHyphen)
  record Kept(String chainPem, Instant notBefore, Instant notAfter, String authority) {
    Kept {
      Objects.requireNonNull(chainPem, "chain-pem is missing");
      Objects.requireNonNull(notBefore, "not-before is missing");
      Objects.requireNonNull(notAfter, "not-after is missing");
      Objects.requireNonNull(authority, "authority is missing");
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

  /// Puts the certificate of the order under way in the place of the one before, in one commit: at
  /// no time is a host without the one it had.
  void fulfil(String host, Kept certificate, KeyPair pair) {
    commit(
        "got a certificate for " + host,
        put(name(host, "certificate"), certificate),
        putKey(name(host, "key"), pair),
        new Mutation.Delete(name(host, "order")),
        new Mutation.Delete(name(host, "order-key")));
  }

  private void commit(String message, Mutation... mutations) {
    store.commit(Commit.of(Store.PRODUCTION, AUTHOR, message, mutations));
  }

  private <T> Optional<T> read(String key, Class<T> type) {
    return store.get(Store.PRODUCTION, key).map(entry -> Wire.read(entry.value().bytes(), type));
  }

  private Optional<KeyPair> key(String key) {
    return store
        .get(Store.PRODUCTION, key)
        .map(entry -> Keys.read(vault.decrypt(OWNER, key, entry.value().bytes())));
  }

  private static Mutation put(String key, Record document) {
    return new Mutation.Put(key, Value.json(Wire.write(document)));
  }

  private Mutation putKey(String key, KeyPair pair) {
    return new Mutation.Put(
        key, new Value("application/octet-stream", vault.encrypt(OWNER, key, Keys.write(pair))));
  }

  private static String accountKeyName(Authority authority) {
    return "certs/accounts/%s/key".formatted(authority.name());
  }

  private static String ledgerName(Authority authority) {
    return "certs/accounts/%s/ledger".formatted(authority.name());
  }

  private static String name(String host, String what) {
    return "certs/hosts/%s/%s".formatted(host, what);
  }
}
