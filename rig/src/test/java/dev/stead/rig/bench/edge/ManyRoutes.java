package dev.stead.rig.bench.edge;

import dev.stead.edge.control.Certificate;
import dev.stead.rig.bench.Bars;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;

/// The same requests and handshakes while the edge serves one app, and while it serves thousands.
final class ManyRoutes {
  private static final int ROUTES = 10_000;
  private static final int CERTIFICATES = 1_000;
  private static final int SECONDS = 3;
  private static final int HANDSHAKE_COUNT = 1_500;
  private static final int HANDSHAKES_PER_SECOND = 500;
  private static final Cell CELL = new Cell(Payload.SMALL, Speech.PLAIN, 64);

  /// They must not show: what is left is chance.
  private static final double WANTED = 0.95;

  private static final String REQUESTS = "requests, by routes";
  private static final String HANDSHAKES = "handshakes, by routes";
  private static final String FEW = "few";
  private static final String MANY = "many";

  private ManyRoutes() {}

  static void measure(Bars bars, ShippedEdge edge, Proxy proxy, LoadGenerators generators)
      throws IOException, InterruptedException {
    var authority = new ServerCertificates();
    var certificates =
        IntStream.rangeClosed(1, CERTIFICATES)
            .mapToObj(number -> authority.certificate(ShippedEdge.host(number)))
            .toList();
    var figures = new Figures();
    for (var round = 0; round < Figures.ROUNDS; round++) {
      serve(edge, 0, List.of());
      measure(figures, FEW, proxy, generators);
      serve(edge, ROUTES, certificates);
      measure(figures, MANY, proxy, generators);
    }
    System.out.printf(
        "%-22s %-8s PSS %d MiB%n",
        "with many routes", proxy.name(), proxy.processes().proportionalMebibytes());
    figures.print(REQUESTS);
    figures.print(HANDSHAKES);
    bars.ratioAtLeast("routes-10000", figures.ratio(REQUESTS, MANY, FEW), WANTED);
    bars.ratioAtLeast("certificates-1000", figures.ratio(HANDSHAKES, MANY, FEW), WANTED);
  }

  private static void serve(ShippedEdge edge, int routes, List<Certificate> certificates)
      throws IOException {
    edge.serve(routes);
    edge.certify(certificates);
  }

  private static void measure(Figures figures, String name, Proxy proxy, LoadGenerators generators)
      throws IOException, InterruptedException {
    generators.run(CELL, proxy.ports(), 1);
    figures.measure(REQUESTS, name, proxy, loaded -> generators.run(CELL, loaded.ports(), SECONDS));
    figures.measure(
        HANDSHAKES,
        name,
        proxy,
        shaken -> generators.handshakes(shaken.ports(), HANDSHAKE_COUNT, HANDSHAKES_PER_SECOND));
  }
}
