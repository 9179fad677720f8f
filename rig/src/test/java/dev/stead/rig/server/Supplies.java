package dev.stead.rig.server;

import dev.stead.rig.host.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// The little of the world that servers reach, at the address of their bridge: a cache of Debian
/// packages and a proxy that lets through the npm registry of this machine, and nothing else.
final class Supplies implements AutoCloseable {
  private static final int PACKAGES_PORT = 3142;
  private static final int PROXY_PORT = 8888;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final String address;
  private final Group group;

  private Supplies(String address, Group group) {
    this.address = address;
    this.group = group;
  }

  /// Starts both.
  ///
  /// @param kept where the packages stay for the next run
  static Supplies start(Place place, Path kept) {
    var supplies = new Supplies(place.address(1), Group.make(place.name("supplies")));
    try {
      var directory = Files.createDirectories(place.directory().resolve("supplies"));
      supplies.startPackages(directory, kept.resolve("packages-" + place.number()));
      supplies.startProxy(directory, place.range());
    } catch (IOException e) {
      supplies.close();
      throw new UncheckedIOException("starting the supplies of servers", e);
    }
    return supplies;
  }

  private void startPackages(Path directory, Path kept) throws IOException {
    Files.createDirectories(kept);
    var config = Files.createDirectories(directory.resolve("apt-cacher-ng"));
    Files.writeString(
        config.resolve("acng.conf"),
        """
        CacheDir: %s
        LogDir: %s
        SupportDir: /usr/lib/apt-cacher-ng
        BindAddress: %s
        Port: %d
        SocketPath: %s
        PidFile: %s
        """
            .formatted(
                kept,
                directory,
                address,
                PACKAGES_PORT,
                directory.resolve("packages.sock"),
                directory.resolve("packages.pid")));
    start(directory, "apt-cacher-ng", "-c", config.toString(), "ForeGround=1");
    awaitListener(PACKAGES_PORT);
  }

  private void startProxy(Path directory, String range) throws IOException {
    var registry = URI.create(HostCommand.run("npm", "config", "get", "registry").strip());
    var filter = directory.resolve("hosts");
    Files.writeString(filter, "^" + registry.getHost().replace(".", "\\.") + "$\n");
    var config = directory.resolve("tinyproxy.conf");
    Files.writeString(
        config,
        """
        Port %d
        Listen %s
        Allow %s
        Timeout 60
        MaxClients 100
        LogLevel Warning
        ConnectPort 443
        Filter "%s"
        FilterExtended On
        FilterDefaultDeny Yes
        """
            .formatted(PROXY_PORT, address, range, filter));
    start(directory, "tinyproxy", "-d", "-c", config.toString());
    awaitListener(PROXY_PORT);
  }

  private void start(Path directory, String... command) throws IOException {
    new ProcessBuilder(group.joinedBy(List.of(command)))
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve(command[0] + ".log").toFile())
        .start();
  }

  private void awaitListener(int port) {
    Eventually.succeeds(
        "a listener at %s:%d".formatted(address, port),
        PATIENCE,
        () -> {
          try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port));
            return true;
          }
        });
  }

  /// Tells a server about them, as its administrator would.
  ///
  /// @param root of its file system
  void announce(Path root) throws IOException {
    Files.writeString(
        root.resolve("etc/apt/apt.conf.d/91rig"),
        "Acquire::http::Proxy \"http://%s:%d\";\n".formatted(address, PACKAGES_PORT));
    var npm =
        """
        proxy=http://%1$s:%2$d
        https-proxy=http://%1$s:%2$d
        cafile=/etc/ssl/certs/ca-certificates.crt
        """
            .formatted(address, PROXY_PORT);
    // Debian's npm reads the first, others the second.
    for (var file : List.of("etc/npmrc", "usr/local/etc/npmrc")) {
      Files.createDirectories(root.resolve(file).getParent());
      Files.writeString(root.resolve(file), npm);
    }
    Files.writeString(
        root.resolve("etc/ssl/certs/ca-certificates.crt"),
        Files.readString(Path.of("/etc/ssl/certs/ca-certificates.crt")));
  }

  @Override
  public void close() {
    group.close();
  }
}
