package dev.stead.rig.bench.edge;

import dev.stead.rig.bench.Bars;
import dev.stead.rig.host.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// From the start of an edge, whose socket listens already and which has its table on disk, to the
/// end of the first answer.
final class FirstRequest {
  private static final int STARTS = 5;
  private static final long WANTED_MILLIS = 350;
  private static final Duration LISTEN_MAX = Duration.ofSeconds(10);

  private FirstRequest() {}

  static void measure(Bars bars, Site site) throws IOException {
    var edge = new ShippedEdge(site, "starts");
    edge.start().close();
    var millis = new ArrayList<Long>();
    for (var i = 0; i < STARTS; i++) {
      millis.add(start(edge));
    }
    System.out.printf("%-22s %-8s %s ms%n", "first request", ShippedEdge.NAME, millis);
    var median = millis.stream().sorted().skip(STARTS / 2).findFirst().orElseThrow();
    bars.atMost("first-request", median, "ms", WANTED_MILLIS);
  }

  private static long start(ShippedEdge edge) throws IOException {
    var ports = Ports.free();
    var process = edge.launch(ports);
    try (var client =
        Eventually.found(() -> "a listening socket", LISTEN_MAX, () -> connected(ports))) {
      var began = System.nanoTime();
      var request =
          "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
              .formatted(Payload.SMALL.path());
      client.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      var answer = new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      var took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
      if (!answer.startsWith("HTTP/1.1 200")) {
        throw new IOException("the first request was answered: " + answer);
      }
      return took;
    } finally {
      process.destroyForcibly().onExit().join();
    }
  }

  private static Optional<Socket> connected(Ports ports) {
    try {
      return Optional.of(new Socket(InetAddress.getLoopbackAddress(), ports.http()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
