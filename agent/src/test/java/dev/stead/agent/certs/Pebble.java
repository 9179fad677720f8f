package dev.stead.agent.certs;

import dev.stead.agent.FreePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;

/// A real CA on this machine: Debian's `pebble`, with a DNS (`pebble-challtestsrv`) in which every
/// host is 127.0.0.1. It forgets everything when it ends.
final class Pebble implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /// Where it looks for the answers to HTTP-01.
  final int httpPort = FreePort.next();

  /// Where it looks for the answers to TLS-ALPN-01.
  final int httpsPort = FreePort.next();

  private final Path directory;
  private final int port = FreePort.next();
  private final int managementPort = FreePort.next();
  private final int dnsPort = FreePort.next();
  private final List<Process> processes = new ArrayList<>();

  Pebble(Path directory) throws IOException, InterruptedException {
    this.directory = directory;
    makeCertificate();
    start();
  }

  Authority authority() {
    return new Authority(
        URI.create("https://localhost:%d/dir".formatted(port)),
        Optional.of(directory.resolve("tls.pem")));
  }

  /// The root that signs what it gives, as PEM; another one after each start.
  String root() throws IOException {
    return get(URI.create("https://localhost:%d/roots/0".formatted(managementPort)));
  }

  /// What one of its URLs answers.
  String get(URI url) throws IOException {
    var trusting = Trust.in(Files.readString(directory.resolve("tls.pem")));
    try (var client = HttpClient.newBuilder().sslContext(trusting).build()) {
      return client
          .send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while asking " + url, e);
    }
  }

  /// What it shows to its own clients, for a server beside it.
  SSLContext ownContext() throws IOException {
    return Trust.showing(
        Files.readString(directory.resolve("tls.pem")),
        Files.readString(directory.resolve("tls.key")));
  }

  /// Ends, and starts having forgotten all accounts and orders.
  void restart() throws IOException, InterruptedException {
    close();
    start();
  }

  private void start() throws IOException {
    var config =
        """
        {"pebble": {"listenAddress": "127.0.0.1:%d", "managementListenAddress": "127.0.0.1:%d",
          "certificate": "%s", "privateKey": "%s",
          "httpPort": %d, "tlsPort": %d, "retryAfter": {"authz": 1, "order": 1}}}
        """
            .formatted(
                port,
                managementPort,
                directory.resolve("tls.pem"),
                directory.resolve("tls.key"),
                httpPort,
                httpsPort);
    var file = Files.writeString(directory.resolve("pebble.json"), config);
    var dns = "127.0.0.1:" + dnsPort;
    run(
        "pebble-challtestsrv",
        "-dns01",
        dns,
        "-defaultIPv6",
        "",
        "-http01",
        "",
        "-https01",
        "",
        "-tlsalpn01",
        "",
        "-management",
        "127.0.0.1:" + FreePort.next());
    run("pebble", "-config", file.toString(), "-dnsserver", dns);
    awaitListening(dnsPort);
    awaitListening(port);
  }

  private void run(String... command) throws IOException {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(
        ProcessBuilder.Redirect.appendTo(directory.resolve(command[0] + ".log").toFile()));
    builder.environment().put("PEBBLE_VA_NOSLEEP", "1");
    // A host that was validated once is validated again.
    builder.environment().put("PEBBLE_AUTHZREUSE", "0");
    processes.add(builder.start());
  }

  private void makeCertificate() throws IOException, InterruptedException {
    var command =
        List.of(
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=DNS:localhost",
            "-keyout",
            directory.resolve("tls.key").toString(),
            "-out",
            directory.resolve("tls.pem").toString());
    var made =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("openssl.log").toFile())
            .start();
    if (made.waitFor() != 0) {
      throw new AssertionError(Files.readString(directory.resolve("openssl.log")));
    }
  }

  private static void awaitListening(int port) {
    var deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!listens(port)) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("nothing listens on port " + port);
      }
      LockSupport.parkNanos(10_000_000);
    }
  }

  private static boolean listens(int port) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    processes.forEach(Process::destroy);
    for (var process : processes) {
      try {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
          throw new AssertionError(process + " did not end");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    processes.clear();
  }
}
