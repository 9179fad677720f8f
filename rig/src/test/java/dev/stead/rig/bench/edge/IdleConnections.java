package dev.stead.rig.bench.edge;

import dev.stead.rig.bench.Bars;
import dev.stead.rig.host.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Clients that have asked once, have their answer and stay.
final class IdleConnections implements AutoCloseable {
  private static final int COUNT = 10_000;
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final byte[] REQUEST =
      "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n"
          .formatted(Payload.SMALL.path())
          .getBytes(StandardCharsets.US_ASCII);
  private static final String STATUS = "HTTP/1.1 200";

  private final List<Socket> clients = new ArrayList<>();

  private IdleConnections() {}

  /// How much memory they take in each proxy, one proxy after the other.
  static void measure(Bars bars, List<Proxy> proxies) throws IOException {
    for (var proxy : proxies) {
      var before = proxy.processes().proportionalMebibytes();
      try (var idle = new IdleConnections()) {
        idle.open(proxy.ports());
        Eventually.pass(Figures.REST);
        var with = proxy.processes().proportionalMebibytes();
        var answered = idle.answered();
        System.out.printf(
            "%-22s %-8s PSS %d MiB, %d MiB before; then %d of them answered again%n",
            COUNT + " idle", proxy.name(), with, before, answered);
        if (proxy.name().equals(ShippedEdge.NAME)) {
          bars.atMost("pss-idle-10000", with, "MiB", 110);
          bars.atLeast("answered-idle-10000", answered, "connections", COUNT);
        }
      }
    }
  }

  private void open(Ports ports) throws IOException {
    for (var i = 0; i < COUNT; i++) {
      var client = new Socket(InetAddress.getLoopbackAddress(), ports.http());
      clients.add(client);
      client.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
      if (!answered(client)) {
        throw new IOException("connection %d was not answered".formatted(i));
      }
    }
  }

  private long answered() throws IOException {
    var count = 0L;
    for (var client : clients) {
      count += answered(client) ? 1 : 0;
    }
    return count;
  }

  private static boolean answered(Socket client) throws IOException {
    try {
      client.getOutputStream().write(REQUEST);
      var answer = new StringBuilder();
      var buffer = new byte[2048];
      while (!whole(answer)) {
        var read = client.getInputStream().read(buffer);
        if (read < 0) {
          return false;
        }
        answer.append(new String(buffer, 0, read, StandardCharsets.US_ASCII));
      }
      return answer.indexOf(STATUS) == 0;
    } catch (SocketException e) {
      return false; // closed meanwhile
    }
  }

  private static boolean whole(StringBuilder answer) {
    var head = answer.indexOf("\r\n\r\n");
    return head >= 0 && answer.length() >= head + 4 + Payload.SMALL.bytes();
  }

  @Override
  public void close() throws IOException {
    for (var client : clients) {
      client.close();
    }
  }
}
