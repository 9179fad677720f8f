package dev.stead.rig.bench.edge;

import dev.stead.rig.bench.Bars;
import dev.stead.rig.host.Directories;
import dev.stead.rig.host.Stead;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;

/// `bench/edge [CELL-PATTERN]`: starts all proxies before one backend, and measures what the
/// pattern is found in: cells (`small-plain-64`), `handshakes`, `idle`, `routes`, `first-request`.
public final class EdgeBench {
  private final Bars bars;
  private final Pattern wanted;
  private final Site site;

  private EdgeBench(Bars bars, Pattern wanted, Site site) {
    this.bars = bars;
    this.wanted = wanted;
    this.site = site;
  }

  public static void measure(Bars bars, List<String> arguments)
      throws IOException, InterruptedException {
    var wanted = Pattern.compile(arguments.isEmpty() ? "" : arguments.getFirst());
    var directory = Files.createTempDirectory("stead-bench");
    try {
      var certificate = new ServerCertificates().written("localhost", directory);
      var site = new Site(directory, Stead.freePort(), certificate);
      new EdgeBench(bars, wanted, site).measure();
    } finally {
      Directories.delete(directory);
    }
  }

  private void measure() throws IOException, InterruptedException {
    var peers = new Peers(site);
    var edge = new ShippedEdge(site, "home");
    var generators = new LoadGenerators(site.directory());
    try (var backend = Backend.start(site.directory(), site.backendPort());
        var stead = edge.start();
        var nginx = peers.nginx();
        var haproxy = peers.haproxy();
        var caddy = peers.caddy()) {
      var proxies = List.of(stead, nginx, haproxy, caddy);
      introduce(proxies, backend);
      grid(new Grid(proxies, generators));
      if (wants("idle")) {
        IdleConnections.measure(bars, proxies);
      }
      if (wants("routes")) {
        ManyRoutes.measure(bars, edge, stead, generators);
      }
      if (wants("first-request")) {
        FirstRequest.measure(bars, site);
      }
    }
  }

  private boolean wants(String name) {
    return wanted.matcher(name).find();
  }

  private static void introduce(List<Proxy> proxies, Backend backend) {
    proxies.forEach(proxy -> System.out.printf("%s: %s%n", proxy.name(), proxy.version()));
    System.out.printf(
        "%d processors; each proxy with %d workers; backend: nginx, process %d%n",
        Runtime.getRuntime().availableProcessors(), Site.WORKERS, backend.process().pid());
  }

  private void grid(Grid grid) throws IOException, InterruptedException {
    var cells = Cell.all().stream().filter(cell -> wants(cell.toString())).toList();
    if (!cells.isEmpty()) {
      grid.warmUp(cells);
      grid.cells(bars, cells);
    }
    if (wants("handshakes")) {
      grid.handshakes(bars);
    }
    if (!cells.isEmpty()) {
      grid.memory(bars);
    }
  }
}
