package dev.stead.rig.server;

import dev.stead.rig.host.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// A CA at the address of the servers' bridge: Debian's `pebble`, in whose DNS every name is one
/// server. It gives certificates by ACME for what that server answers on its ports 80 and 443.
public final class Authority implements AutoCloseable {
  private static final int PORT = 14_000;
  private static final int MANAGEMENT_PORT = 15_000;
  private static final int DNS_PORT = 15_353;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final String address;
  private final Path directory;
  private final Group group;

  private Authority(String address, Path directory, Group group) {
    this.address = address;
    this.directory = directory;
    this.group = group;
  }

  static Authority start(Place place, Server server) {
    var authority =
        new Authority(
            place.address(1),
            place.directory().resolve("authority"),
            Group.make(place.name("authority")));
    try {
      Files.createDirectories(authority.directory);
      authority.makeCertificate();
      authority.startDns(server.address());
      authority.startCa();
    } catch (IOException e) {
      authority.close();
      throw new UncheckedIOException("starting a CA", e);
    }
    return authority;
  }

  /// Where its ACME directory is.
  public String url() {
    return "https://%s:%d/dir".formatted(address, PORT);
  }

  /// The certificate that vouches for [#url], as PEM.
  public String vouching() {
    try {
      return Files.readString(directory.resolve("tls.pem"));
    } catch (IOException e) {
      throw new UncheckedIOException("reading the CA's own certificate", e);
    }
  }

  /// A PEM file of the root that signs what it gives.
  public Path root() {
    var file = directory.resolve("root.pem");
    var url = "https://%s:%d/roots/0".formatted(address, MANAGEMENT_PORT);
    HostCommand.run("curl", "-sSk", "-o", file.toString(), url);
    return file;
  }

  private void makeCertificate() {
    HostCommand.run(
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=" + address,
        "-addext",
        "subjectAltName=IP:" + address,
        "-keyout",
        directory.resolve("tls.key").toString(),
        "-out",
        directory.resolve("tls.pem").toString());
  }

  private void startDns(String everyName) throws IOException {
    run(
        "pebble-challtestsrv",
        "-dns01",
        address + ":" + DNS_PORT,
        "-defaultIPv4",
        everyName,
        "-defaultIPv6",
        "",
        "-http01",
        "",
        "-https01",
        "",
        "-tlsalpn01",
        "",
        "-management",
        address + ":" + (DNS_PORT + 1));
    awaitListener(DNS_PORT);
  }

  private void startCa() throws IOException {
    var config =
        """
        {"pebble": {"listenAddress": "%1$s:%2$d", "managementListenAddress": "%1$s:%3$d",
          "certificate": "%4$s/tls.pem", "privateKey": "%4$s/tls.key",
          "httpPort": 80, "tlsPort": 443, "retryAfter": {"authz": 1, "order": 1}}}
        """
            .formatted(address, PORT, MANAGEMENT_PORT, directory);
    var file = Files.writeString(directory.resolve("pebble.json"), config);
    run("pebble", "-config", file.toString(), "-dnsserver", address + ":" + DNS_PORT);
    awaitListener(PORT);
    awaitListener(MANAGEMENT_PORT);
  }

  private void run(String... command) throws IOException {
    var builder =
        new ProcessBuilder(group.joinedBy(List.of(command)))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve(command[0] + ".log").toFile());
    builder.environment().put("PEBBLE_VA_NOSLEEP", "1");
    builder.start();
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

  @Override
  public void close() {
    group.close();
  }
}
