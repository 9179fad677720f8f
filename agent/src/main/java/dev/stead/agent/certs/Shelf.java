package dev.stead.agent.certs;

import dev.stead.agent.certs.CertRecords.Kept;
import dev.stead.edge.control.Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Which certificate serves which host: one that the user brought goes before one that a CA gave.
/// What it says is of the last [#refresh]. Safe for concurrent use.
final class Shelf {
  private final CertRecords records;
  private volatile Map<String, Item> byHost = Map.of();

  Shelf(CertRecords records) {
    this.records = records;
    refresh();
  }

  /// What is known of a certificate without its text.
  ///
  /// @param authority the CA's name; empty for one that the user brought
  record Item(
      Instant notBefore, Instant notAfter, Optional<String> authority, Optional<Instant> renewAt) {
    static Item of(Kept kept) {
      return new Item(kept.notBefore(), kept.notAfter(), kept.authority(), kept.renewAt());
    }
  }

  /// Reads what is kept now.
  void refresh() {
    var found = new TreeMap<String, Item>();
    for (var first : records.own()) {
      var kept = records.ownCertificate(first).orElseThrow();
      kept.hosts().forEach(host -> found.putIfAbsent(host, Item.of(kept)));
    }
    for (var host : records.hosts()) {
      records.certificate(host).ifPresent(kept -> found.putIfAbsent(host, Item.of(kept)));
    }
    byHost = found;
  }

  /// What serves, by host or wildcard in order.
  Map<String, Item> items() {
    return byHost;
  }

  /// What serves this host, by its name or the wildcard above it.
  Optional<Item> find(String host) {
    var name = host.toLowerCase(Locale.ROOT);
    var exact = byHost.get(name);
    return Optional.ofNullable(exact == null ? byHost.get(wildcard(name)) : exact);
  }

  /// All of them as the edge takes them, each host once.
  List<Certificate> certificates() {
    var certificates = new ArrayList<Certificate>();
    var told = new HashSet<String>();
    for (var first : records.own()) {
      var kept = records.ownCertificate(first).orElseThrow();
      var hosts = kept.hosts().stream().filter(told::add).toList();
      if (!hosts.isEmpty()) {
        certificates.add(new Certificate(hosts, kept.chainPem(), records.ownKeyPem(first)));
      }
    }
    for (var host : records.hosts()) {
      var kept = records.certificate(host);
      if (kept.isPresent() && told.add(host)) {
        var key = records.certificateKey(host).orElseThrow().getPrivate();
        certificates.add(
            new Certificate(List.of(host), kept.orElseThrow().chainPem(), Keys.pem(key)));
      }
    }
    return certificates;
  }

  /// `*.rest` for `one.rest`.
  static String wildcard(String host) {
    return "*" + host.substring(Math.max(host.indexOf('.'), 0));
  }
}
