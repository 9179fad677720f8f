package dev.stead.rig.bench;

import dev.stead.rig.DeploysUnderLoad;
import dev.stead.rig.LoadApp;
import dev.stead.rig.server.Rig;
import dev.stead.rig.server.SeededServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// `bench/deploys [--server] [--tls] [COUNT]`
final class Deploys {
  private Deploys() {}

  static void measure(Bars bars, List<String> arguments) throws IOException {
    var words = new ArrayList<>(arguments);
    var onServer = words.remove("--server");
    var tls = words.remove("--tls");
    var count = words.isEmpty() ? 100 : Integer.parseInt(words.getFirst());
    var traffic = new DeploysUnderLoad.Traffic(tls, System.nanoTime());
    System.out.printf("%d deploys under mixed load, %s%n", count, traffic);
    var result = onServer ? onServer(count, traffic) : DeploysUnderLoad.run(count, traffic);
    System.out.println(result.report());
    result.report().failures().forEach(System.out::println);
    result.miscounted().forEach(System.out::println);
    result.cutTooEarly().forEach(System.out::println);
    result.withoutTraffic().forEach(System.out::println);
    bars.atMost("failed", result.report().failures().size(), "exchanges", 0);
    bars.atMost("miscounted", result.miscounted().size(), "ids", 0);
    bars.atMost("cut-too-early", result.cutTooEarly().size(), "streams", 0);
    bars.atMost("without-traffic", result.withoutTraffic().size(), "switches", 0);
  }

  private static DeploysUnderLoad.Result onServer(int count, DeploysUnderLoad.Traffic traffic)
      throws IOException {
    try (var rig = Rig.open();
        var server = SeededServer.of(rig);
        var project = LoadApp.onServer()) {
      server.run(project, "deploy").succeeded();
      return DeploysUnderLoad.run(server, project, count, traffic);
    }
  }
}
