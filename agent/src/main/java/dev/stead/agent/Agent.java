package dev.stead.agent;

import dev.stead.agent.api.Api;
import dev.stead.agent.api.Door;
import dev.stead.agent.api.Door.Audience;
import dev.stead.agent.api.Parts;
import dev.stead.agent.api.Shutdown;
import dev.stead.agent.bundle.Bundles;
import dev.stead.agent.bundle.Headroom;
import dev.stead.agent.certs.Certs;
import dev.stead.agent.crush.Crush;
import dev.stead.agent.deploy.Apps;
import dev.stead.agent.deploy.Site;
import dev.stead.agent.deploy.Surroundings;
import dev.stead.agent.deploy.Tokens;
import dev.stead.agent.edge.EdgeLink;
import dev.stead.agent.keyspace.Keyspace;
import dev.stead.agent.keyspace.StoreCopy;
import dev.stead.agent.observe.LogCollector;
import dev.stead.agent.observe.LogStore;
import dev.stead.agent.supervisor.ProcessSupervisor;
import dev.stead.agent.supervisor.SystemdSupervisor;
import dev.stead.agent.traffic.Traffic;
import dev.stead.agent.traffic.TrafficCollector;
import dev.stead.agent.vault.Vault;
import dev.stead.agent.volume.Volumes;
import dev.stead.edge.systemd.NotifySocket;
import dev.stead.store.Store;
import dev.stead.store.rocks.RocksStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// A running agent: all its parts, wired by hand in the order they start in. Closing it ends none
/// of the instances.
final class Agent implements AutoCloseable {
  private final Opened parts;
  private final Shutdown shutdown;
  private final Store store;
  private final Path socket;

  private Agent(Opened parts, Shutdown shutdown, Store store, Path socket) {
    this.parts = parts;
    this.shutdown = shutdown;
    this.store = store;
    this.socket = socket;
  }

  /// Starts an agent, whole or not at all. It is complete when this returns: what the agent before
  /// it left is taken over, and the API answers.
  static Agent start(Places places, InstantSource clock) throws IOException {
    var parts = new Opened();
    try {
      return start(places, clock, parts);
    } catch (IOException | RuntimeException e) {
      try {
        parts.close();
      } catch (IllegalStateException another) {
        e.addSuppressed(another);
      }
      throw e;
    }
  }

  /// Where an agent lives.
  ///
  /// @param home where everything of this Stead lies; made when it is not there
  /// @param run where the control sockets are; the home unless the machine has a better place
  record Places(Path home, Path run) {}

  private static Agent start(Places places, InstantSource clock, Opened parts) throws IOException {
    var home = places.home();
    makePrivate(home);
    var startedAt = clock.instant();
    var settings = Settings.read(home.resolve("settings.json"));
    var store = parts.add(RocksStore.open(home.resolve("store"), clock));
    var vault = Vault.open(home.resolve("secrets.key"));
    var bundles = Bundles.open(home, clock, Headroom.of(home));
    var volumes = new Volumes(home.resolve("volumes"), Headroom.of(home));
    var supervisor =
        parts.add(
            switch (settings.site()) {
              case LAPTOP -> ProcessSupervisor.open(home, clock);
              case SERVER -> SystemdSupervisor.open(home, places.run(), clock);
            });
    var logs = parts.add(LogStore.open(home.resolve("logs"), settings.logBytesMax(), clock));
    var collector = parts.add(LogCollector.start(logs, clock));
    var edges = places.run().resolve("edge");
    var certs =
        parts.add(
            new Certs(
                new Certs.Surroundings(store, vault, new EdgeLink(edges), settings.acme(), clock)));
    var around =
        new Surroundings(
            store,
            supervisor,
            collector,
            bundles,
            volumes,
            vault,
            home,
            edges,
            settings.site(),
            settings.httpPort(),
            certs::cover,
            clock);
    var apps = parts.add(new Apps(around));
    apps.recover();
    certs.start(apps::certifiedHosts, apps::namedHosts, apps::certificatesAsk);
    var traffic = parts.add(Traffic.open(home.resolve("traffic"), clock));
    parts.add(TrafficCollector.start(new EdgeLink(edges), traffic));
    var shutdown = new Shutdown(apps, supervisor);
    var status = new StatusReport(Version.current(), startedAt, home, apps, certs, bundles, logs);
    var doctor =
        new Doctor(store, apps, certs, status, Headroom.of(home), home, Systemd.here(), clock);
    var keyspace = new Keyspace(store, clock);
    var storeCopy = new StoreCopy(store, home, Headroom.of(home));
    var socket = places.run().resolve("agent.sock");
    var access =
        new Parts(
            apps,
            certs,
            bundles,
            supervisor,
            logs,
            traffic,
            keyspace,
            storeCopy,
            new Crush(store, clock),
            shutdown,
            status::now,
            doctor::look,
            new Metrics(Version.current(), apps, traffic)::now,
            clock);
    var ports = new Api.Ports(settings.crushPort(), settings.metricsPort());
    parts.add(Api.listen(doors(settings.site(), socket), ports, access));
    return new Agent(parts, shutdown, store, socket);
  }

  private static List<Door> doors(Site site, Path socket) {
    return switch (site) {
      case LAPTOP -> List.of(new Door(socket, Audience.OPERATORS, Optional.empty()));
      case SERVER ->
          List.of(
              new Door(socket, Audience.OPERATORS, Optional.of("stead")),
              new Door(
                  socket.resolveSibling("deploy.sock"),
                  Audience.DEPLOYERS,
                  Optional.of(Tokens.GROUP)));
    };
  }

  Path socket() {
    return socket;
  }

  /// Keeps telling the service manager that this agent is alive, if that wants to know.
  void tell(NotifySocket manager) {
    manager.signOfLifeEvery().ifPresent(every -> parts.add(watchdog(manager::alive, every)));
  }

  Watchdog watchdog(Watchdog.Sign sign, Duration every) {
    return Watchdog.start(socket, store, sign, every);
  }

  /// Blocks until somebody asked to end the whole of Stead here, and all but the agent has ended.
  void awaitShutdown() throws InterruptedException {
    shutdown.await();
  }

  @Override
  public void close() {
    parts.close();
  }

  private static void makePrivate(Path home) throws IOException {
    if (Files.notExists(home)) {
      Files.createDirectories(home);
      Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));
    }
  }
}
