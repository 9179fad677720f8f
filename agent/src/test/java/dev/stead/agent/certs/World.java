package dev.stead.agent.certs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.agent.edge.EdgeLink;
import dev.stead.agent.vault.Vault;
import dev.stead.store.Store;
import dev.stead.store.rocks.RocksStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// What certificates live among: a real CA, a real edge that answers it, a store; in a directory
/// with a short path. Closing it ends them and deletes that.
final class World implements AutoCloseable {
  final Path home;
  final Pebble pebble;
  final Store store;
  private RealEdge edge;
  private volatile Duration ahead = Duration.ZERO;

  World() throws IOException, InterruptedException {
    home = Files.createTempDirectory(Path.of("/tmp"), "sc");
    pebble = new Pebble(home);
    edge = new RealEdge(home, pebble.httpPort, pebble.httpsPort);
    store = RocksStore.open(home.resolve("store"), InstantSource.system());
  }

  RealEdge edge() {
    return edge;
  }

  /// Has an edge at other ports, where the CA does not ask.
  void moveEdge(int httpPort, int httpsPort) throws IOException {
    edge.close();
    edge = new RealEdge(home, httpPort, httpsPort);
  }

  /// From now on it is so much later than it is.
  void later(Duration by) {
    ahead = by;
  }

  InstantSource clock() {
    return () -> InstantSource.system().instant().plus(ahead);
  }

  CertRecords records() {
    return new CertRecords(store, vault());
  }

  private Vault vault() {
    return Vault.open(home.resolve("secrets.key"));
  }

  Certs.Surroundings around(Optional<Authority> rehearsal, Authority... authorities) {
    return new Certs.Surroundings(
        store,
        vault(),
        new EdgeLink(edge.sockets()),
        new AcmeSettings(List.of(authorities), rehearsal, Optional.of("ada@example.com"), false),
        clock());
  }

  @Override
  public void close() throws IOException {
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
}
