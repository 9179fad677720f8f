package dev.stead.rig.bench.edge;

import dev.stead.agent.edge.EdgeLink;
import dev.stead.edge.control.Certificate;
import dev.stead.edge.control.CertificateSet;
import dev.stead.edge.control.RoutingTable;
import dev.stead.edge.control.Service.Limits;
import dev.stead.rig.host.Distribution;
import dev.stead.rig.host.Eventually;
import dev.stead.sdk.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The edge of the distribution, with the flags and the cache that it is shipped with and sockets
/// handed down as systemd does it; told what to serve by the agent's own code.
final class ShippedEdge {
  static final String NAME = "edge";

  /// Room for all idle connections of one address, and far from being dense.
  private static final String SETTINGS =
      "{\"connections-max\": 60000, \"connections-per-address-max\": 30000}";

  private static final Duration START_MAX = Duration.ofSeconds(20);

  private final Site site;
  private final Path home;
  private final EdgeLink link;
  private long generation;

  /// @param home the name of its directory
  ShippedEdge(Site site, String home) throws IOException {
    this.site = site;
    this.home = Files.createDirectories(site.resolve(home));
    this.link = new EdgeLink(this.home.resolve("edge"));
    Files.writeString(this.home.resolve("settings.json"), SETTINGS);
  }

  /// Starts one that serves one app.
  Proxy start() throws IOException {
    var ports = Ports.free();
    var version = Distribution.directory().getFileName().toString();
    var started = Proxy.start(NAME, version, ports, launch(ports), log());
    Eventually.succeeds("the edge", START_MAX, () -> !link.report().version().isEmpty());
    serve(0);
    certify(List.of());
    return started;
  }

  private Path log() {
    return home.resolve("edge.out");
  }

  /// Returns before it serves, or listens.
  Process launch(Ports ports) throws IOException {
    return new Program(
            List.of(
                "python3",
                "-c",
                Template.read("activate.py"),
                Integer.toString(ports.http()),
                Integer.toString(ports.https()),
                Distribution.directory().resolve("bin/stead-edge").toString(),
                "--home",
                home.toString()),
            Map.of("STEAD_BOOT_ID", "bench"))
        .start(log());
  }

  /// One app, and so many others, each with a route of its own.
  void serve(int others) throws IOException {
    generation++;
    var services =
        IntStream.rangeClosed(0, others)
            .mapToObj(number -> service(number == 0 ? "localhost" : host(number)))
            .collect(Collectors.joining(","));
    var table =
        "{\"generation\": %d, \"boot-id\": \"bench\", \"services\": [%s]}"
            .formatted(generation, services);
    applied(link.push(Wire.read(table.getBytes(StandardCharsets.UTF_8), RoutingTable.class)));
  }

  static String host(int number) {
    return "app%d.example.com".formatted(number);
  }

  /// What it does not say is as the edge has it by default.
  private String service(String host) {
    return """
        {"name": "%1$s", "hosts": ["%1$s"], "path": "/", "release": 1, "mode": "OPEN",
         "health": "none", "targets": [{"id": "%1$s-1", "host": "127.0.0.1", "port": %2$d}],
         "limits": %3$s}
        """
        .formatted(
            host,
            site.backendPort(),
            new String(Wire.write(Limits.DEFAULTS), StandardCharsets.UTF_8));
  }

  void certify(List<Certificate> others) throws IOException {
    generation++;
    var all = new ArrayList<>(others);
    all.add(site.certificate().certificate());
    applied(link.push(new CertificateSet(generation, all)));
  }

  private static void applied(EdgeLink.Pushed pushed) {
    if (pushed instanceof EdgeLink.Pushed.Declined(var problems)) {
      throw new IllegalStateException("the edge declines: " + problems);
    }
  }
}
