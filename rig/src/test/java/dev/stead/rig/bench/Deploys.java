package dev.stead.rig.bench;

import dev.stead.rig.DeploysUnderLoad;
import java.io.IOException;

/// `bench/deploys [COUNT]`
final class Deploys {
  private Deploys() {}

  public static void main(String[] arguments) throws IOException {
    var count = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100;
    var seed = System.nanoTime();
    System.out.printf("%d deploys under mixed load, seed %d%n", count, seed);
    var result = DeploysUnderLoad.run(count, seed);
    System.out.println(result.report());
    result.report().failures().forEach(System.out::println);
    result.miscounted().forEach(System.out::println);
    result.cutTooEarly().forEach(System.out::println);
    result.withoutTraffic().forEach(System.out::println);
    var bars = new Bars();
    bars.atMost("failed", result.report().failures().size(), "exchanges", 0);
    bars.atMost("miscounted", result.miscounted().size(), "ids", 0);
    bars.atMost("cut-too-early", result.cutTooEarly().size(), "streams", 0);
    bars.atMost("without-traffic", result.withoutTraffic().size(), "switches", 0);
    bars.print();
  }
}
