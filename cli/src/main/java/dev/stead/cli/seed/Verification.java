package dev.stead.cli.seed;

import dev.stead.cli.ssh.Connection;
import dev.stead.sdk.Client;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// One request through the edge, at the server's own port 80, whether it serves https, and a look
/// whether its ports can be reached from here.
final class Verification {
  private static final int PORT = 80;
  private static final Duration REACH = Duration.ofSeconds(3);
  private static final Duration KNOWN = Duration.ofSeconds(5);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);
  private static final String REQUEST =
      "GET / HTTP/1.1\r\nHost: stead.invalid\r\nConnection: close\r\n\r\n";

  private final Connection connection;
  private final Client client;
  private final Report report;

  Verification(Connection connection, Client client, Report report) {
    this.connection = connection;
    this.client = client;
    this.report = report;
  }

  void run() throws IOException {
    report.say("verify", "a request through the edge");
    var answer = answer();
    if (!answer.startsWith("HTTP/1.1 ")) {
      var server = connection.destination().text();
      throw new ProblemException(
          new Problem(
              Code.SEED_NOT_STARTED.id(),
              "asking the edge on " + server,
              answer.isEmpty() ? "no answer came from port 80" : "it answered: " + answer,
              Code.SEED_NOT_STARTED.fix().replace("HOST", server),
              List.of()));
    }
    report.say("", "it answers on port 80 (" + answer.strip() + ": no app has this host)");
    fromHere(PORT);
    int https = httpsPort();
    if (https != 0) {
      report.say("", "it serves https on port " + https);
      fromHere(https);
    }
  }

  /// Where https is served, 0 for nowhere. Asked again for a while, since the agent may still speak
  /// of the edge before this one.
  private int httpsPort() throws IOException {
    long deadline = System.nanoTime() + KNOWN.toNanos();
    int port = client.status().edge().httpsPort();
    while (port == 0 && System.nanoTime() < deadline) {
      LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
      port = client.status().edge().httpsPort();
    }
    return port;
  }

  private String answer() throws IOException {
    var tunnel = connection.tunnel("127.0.0.1", PORT);
    try (var out = tunnel.getOutputStream();
        var in =
            new BufferedReader(
                new InputStreamReader(tunnel.getInputStream(), StandardCharsets.ISO_8859_1))) {
      out.write(REQUEST.getBytes(StandardCharsets.US_ASCII));
      out.flush();
      var line = in.readLine();
      return line == null ? "" : line;
    } finally {
      tunnel.destroy();
    }
  }

  // The firewall is the owner's; what it does to users is worth a line.
  private void fromHere(int port) throws IOException {
    if (connection.jumps()) {
      return;
    }
    var address = connection.address();
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), (int) REACH.toMillis());
    } catch (IOException e) {
      report.say(
          "",
          "port %d of %s cannot be reached from here (%s): see the firewalls of server and provider"
              .formatted(port, address, e.getMessage()));
    }
  }
}
