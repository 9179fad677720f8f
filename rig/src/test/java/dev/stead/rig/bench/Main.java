package dev.stead.rig.bench;

import dev.stead.rig.bench.edge.EdgeBench;
import java.util.Arrays;
import java.util.List;

/// `bench/run CLASS [ARGUMENTS]`: measures one thing and says how it stands to its bars. The exit
/// code is 1 when one is missed.
final class Main {
  private Main() {}

  public static void main(String[] arguments) throws Exception {
    var bars = new Bars();
    measure(bars, arguments[0], Arrays.asList(arguments).subList(1, arguments.length));
    bars.print();
    System.exit(bars.areMet() ? 0 : 1);
  }

  private static void measure(Bars bars, String bench, List<String> arguments) throws Exception {
    switch (bench) {
      case "Crash" -> Crash.measure(bars, arguments);
      case "Deploys" -> Deploys.measure(bars, arguments);
      case "Edge" -> EdgeBench.measure(bars, arguments);
      case "Footprint" -> Footprint.measure(bars, arguments);
      case "Seed" -> Seed.measure(arguments);
      case "Upload" -> Upload.measure(bars);
      default -> throw new IllegalArgumentException("there is no bench " + bench);
    }
  }
}
