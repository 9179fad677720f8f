package dev.stead.store.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/// Debian's etcd, one server on loopback that syncs every write, asked over its HTTP/JSON gateway.
final class Etcd implements AutoCloseable {
  private static final int START_SECONDS_MAX = 20;

  private final Process process;
  private final InetSocketAddress address;

  private Etcd(Process process, InetSocketAddress address) {
    this.process = process;
    this.address = address;
  }

  /// Starts one whose files lie in a directory. It answers when this returns.
  static Etcd start(Path directory) throws IOException, InterruptedException {
    String client = "http://127.0.0.1:" + freePort();
    String peer = "http://127.0.0.1:" + freePort();
    ProcessBuilder builder =
        new ProcessBuilder(
            "etcd",
            "--data-dir=" + directory.resolve("etcd"),
            "--listen-client-urls=" + client,
            "--advertise-client-urls=" + client,
            "--listen-peer-urls=" + peer,
            "--initial-advertise-peer-urls=" + peer,
            "--initial-cluster=default=" + peer,
            "--log-level=error");
    Process process =
        builder
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("etcd.log").toFile())
            .start();
    int port = Integer.parseInt(client.substring(client.lastIndexOf(':') + 1));
    Etcd etcd = new Etcd(process, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    etcd.awaitAnswer();
    return etcd;
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private void awaitAnswer() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS_MAX);
    while (true) {
      try (HttpConnection connection = new HttpConnection(address, "application/json")) {
        connection.exchange("POST", "/v3/kv/range", range("key"));
        return;
      } catch (IOException e) {
        if (System.nanoTime() > deadline || process.waitFor(100, TimeUnit.MILLISECONDS)) {
          throw e;
        }
      }
    }
  }

  /// Where it listens, for its HTTP/JSON gateway and for gRPC alike.
  InetSocketAddress address() {
    return address;
  }

  /// A client that puts keys of its own.
  Load.Client putting(int client, String value) throws IOException {
    HttpConnection connection = new HttpConnection(address, "application/json");
    return new Connected(
        connection,
        number -> connection.exchange("POST", "/v3/kv/put", put(Speed.key(client, number), value)));
  }

  /// A client that reads what the first one put.
  Load.Client getting(long keys) throws IOException {
    HttpConnection connection = new HttpConnection(address, "application/json");
    return new Connected(
        connection,
        number -> connection.exchange("POST", "/v3/kv/range", range(Speed.key(0, number % keys))));
  }

  private static String put(String key, String value) {
    return "{\"key\":\"%s\",\"value\":\"%s\"}".formatted(base64(key), base64(value));
  }

  private static String range(String key) {
    return "{\"key\":\"%s\"}".formatted(base64(key));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
