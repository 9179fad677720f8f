package dev.stead.rig.bench.edge;

import dev.stead.rig.bench.Bars;
import dev.stead.rig.host.Eventually;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Cells and handshakes of all four proxies.
final class Grid {
  private static final String HANDSHAKES = "handshakes";
  private static final int SECONDS = 3;

  private static final int WARM_UP_SECONDS = 2;

  /// For each kind of load, as long as a JVM's compiler needs for it: what is compared is how
  /// servers are that have run for a while, and [#FIRST_SECONDS] tells how they begin.
  private static final int EDGE_WARM_UP_SECONDS = 40;

  private static final int EDGE_WARM_UP_HANDSHAKES = 10_000;

  private static final String FIRST_SECONDS = "first seconds of load";
  private static final int FIRST_SECONDS_COUNT = 2;
  private static final int HANDSHAKE_COUNT = 1_500;
  private static final int HANDSHAKES_PER_SECOND = 500;

  private final List<Proxy> proxies;
  private final LoadGenerators generators;
  private final Figures figures = new Figures();

  Grid(List<Proxy> proxies, LoadGenerators generators) {
    this.proxies = proxies;
    this.generators = generators;
  }

  /// Loads every proxy in every way once, for whatever each of them makes ready as it goes. The
  /// first two seconds of load are shown, with what they cost.
  void warmUp(List<Cell> cells) throws IOException, InterruptedException {
    var first = cells.getFirst();
    for (var proxy : proxies) {
      figures.measure(
          FIRST_SECONDS,
          proxy.name(),
          proxy,
          fresh -> generators.run(first, fresh.ports(), FIRST_SECONDS_COUNT));
    }
    figures.print(FIRST_SECONDS);
    for (var cell : kinds(cells)) {
      for (var proxy : proxies) {
        generators.run(cell, proxy.ports(), warmUpSeconds(proxy));
      }
    }
  }

  /// One cell of each payload and speech.
  private static List<Cell> kinds(List<Cell> cells) {
    return List.copyOf(
        cells.stream()
            .collect(
                Collectors.toMap(
                    cell -> cell.payload() + "-" + cell.speech(),
                    cell -> cell,
                    (one, other) -> one,
                    LinkedHashMap::new))
            .values());
  }

  private static int warmUpSeconds(Proxy proxy) {
    return proxy.name().equals(ShippedEdge.NAME) ? EDGE_WARM_UP_SECONDS : WARM_UP_SECONDS;
  }

  void cells(Bars bars, List<Cell> cells) throws IOException, InterruptedException {
    for (var round = 0; round < Figures.ROUNDS; round++) {
      for (var cell : cells) {
        for (var proxy : proxies) {
          figures.measure(
              cell.toString(),
              proxy.name(),
              proxy,
              loaded -> generators.run(cell, loaded.ports(), SECONDS));
        }
      }
    }
    cells.forEach(cell -> judge(bars, cell));
    bars.atMost("failed-requests", figures.failed(ShippedEdge.NAME), "requests", 0);
  }

  private void judge(Bars bars, Cell cell) {
    var load = cell.toString();
    figures.print(load);
    switch (cell.payload()) {
      case SMALL -> {
        bars.ratioAtLeast(load + "-to-nginx-or-haproxy", beside(load, "nginx", "haproxy"), 1.0);
        bars.ratioAtLeast(load + "-to-caddy", beside(load, "caddy"), 4.0);
      }
      case LARGE -> {
        bars.ratioAtLeast(load + "-to-haproxy", beside(load, "haproxy"), 1.0);
        bars.ratioAtLeast(load + "-to-caddy", beside(load, "caddy"), 2.0);
      }
    }
  }

  /// The edge beside the best of these.
  private double beside(String load, String... others) {
    return Stream.of(others)
        .mapToDouble(other -> figures.ratio(load, ShippedEdge.NAME, other))
        .min()
        .orElseThrow();
  }

  /// TLS 1.3, each with one request; the generator opens as many a second with every proxy.
  void handshakes(Bars bars) throws IOException, InterruptedException {
    for (var proxy : proxies) {
      if (proxy.name().equals(ShippedEdge.NAME)) {
        generators.handshakes(proxy.ports(), EDGE_WARM_UP_HANDSHAKES, HANDSHAKES_PER_SECOND);
      }
    }
    for (var round = 0; round < Figures.ROUNDS; round++) {
      for (var proxy : proxies) {
        figures.measure(
            HANDSHAKES,
            proxy.name(),
            proxy,
            shaken ->
                generators.handshakes(shaken.ports(), HANDSHAKE_COUNT, HANDSHAKES_PER_SECOND));
      }
    }
    figures.print(HANDSHAKES);
    bars.ratioAtLeast(HANDSHAKES + "-to-nginx", beside(HANDSHAKES, "nginx"), 0.9);
  }

  /// After the load, and a rest in which each may give back what it no longer needs.
  void memory(Bars bars) {
    Eventually.pass(Figures.REST);
    for (var proxy : proxies) {
      var processes = proxy.processes();
      var proportional = processes.proportionalMebibytes();
      System.out.printf(
          "%-22s %-8s PSS %d MiB, RSS %d MiB%n",
          "memory after load", proxy.name(), proportional, processes.residentMebibytes());
      if (proxy.name().equals(ShippedEdge.NAME)) {
        bars.atMost("pss-after-load", proportional, "MiB", 110);
      }
    }
  }
}
