package dev.stead.agent;

import dev.stead.agent.bundle.Headroom;
import dev.stead.agent.certs.Certs;
import dev.stead.agent.deploy.Apps;
import dev.stead.sdk.Answers;
import dev.stead.sdk.Answers.Finding;
import dev.stead.store.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What is well and what is not on this machine, looked at anew each time: Stead itself, the disk,
/// the clock, what systemd keeps, and all apps. What is wrong names the command that mends it. The
/// rest of `stead doctor` (the way to the server, DNS, the two clocks) is looked at by the CLI.
record Doctor(
    Store store,
    Apps apps,
    Certs certs,
    StatusReport status,
    Headroom headroom,
    Path home,
    Systemd systemd,
    InstantSource clock) {
  private static final Duration ANSWER = Duration.ofSeconds(5);
  private static final int PERCENT_LOW = 10;

  Answers.Doctor look() {
    var now = status.now();
    var findings = new ArrayList<Finding>();
    findings.add(
        Finding.good("agent", "%s, up since %s".formatted(now.version(), now.startedAt())));
    findings.add(edge(now.edge()));
    findings.add(stored());
    findings.add(disk(now.disk()));
    findings.addAll(systemd.findings());
    findings.addAll(apps.findings());
    findings.addAll(certs.findings());
    return new Answers.Doctor(now.version(), clock.instant(), findings, addresses(), apps.hosts());
  }

  private Finding edge(Answers.EdgeStatus edge) {
    if (!edge.up()) {
      return Finding.bad(
          "edge",
          "it does not answer the agent: " + edge.why().orElse("no cause known"),
          systemd.startEdge());
    }
    boolean https = edge.httpsPort() != 0;
    var unreachable = unreachable(edge.httpPort());
    if (unreachable.isEmpty() && https) {
      unreachable = unreachable(edge.httpsPort());
    }
    return unreachable
        .map(why -> Finding.bad("edge", why, systemd.startEdge()))
        .orElseGet(
            () ->
                Finding.good(
                    "edge",
                    "it listens on port %d".formatted(edge.httpPort())
                        + (https ? ", and with TLS on port %d".formatted(edge.httpsPort()) : "")));
  }

  private static Optional<String> unreachable(int port) {
    try (var socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) ANSWER.toMillis());
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of("nobody reaches it on port %d: %s".formatted(port, e.getMessage()));
    }
  }

  private Finding stored() {
    var violations = store.check();
    if (violations.isEmpty()) {
      return Finding.good("store", "sound, at revision " + store.head());
    }
    return Finding.bad(
        "store",
        "%d violations: %s".formatted(violations.size(), violations.getFirst()),
        "Keep a copy of %s and report it.".formatted(home.resolve("store")));
  }

  private Finding disk(Answers.DiskUse disk) {
    var free =
        "%d of %d MiB are free (releases %d, chunks %d, logs %d)"
            .formatted(
                disk.free() >> 20,
                disk.total() >> 20,
                disk.releases() >> 20,
                disk.chunks() >> 20,
                disk.logs() >> 20);
    var fix = "Free space below %s: `du -xh %s | sort -h | tail`.".formatted(mount(), mount());
    if (!headroom.remains()) {
      return Finding.bad(
          "disk",
          "%s; deploys are refused below %d MiB".formatted(free, headroom.reserveBytes() >> 20),
          fix);
    }
    return disk.free() * 100 < disk.total() * PERCENT_LOW
        ? Finding.doubtful("disk", free, fix)
        : Finding.good("disk", free);
  }

  private String mount() {
    try {
      var name = Files.getFileStore(home).toString();
      return name.substring(0, name.indexOf(" ("));
    } catch (IOException e) {
      throw new UncheckedIOException("asking for the disk of " + home, e);
    }
  }

  private static List<String> addresses() {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
          .map(InetAddress::getHostAddress)
          .map(address -> address.replaceAll("%.*", ""))
          .sorted()
          .toList();
    } catch (SocketException e) {
      throw new UncheckedIOException("asking for this machine's addresses", e);
    }
  }
}
