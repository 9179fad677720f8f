package dev.stead.rig.bench;

import dev.stead.rig.KilledAgents;
import java.io.IOException;

/// `bench/crash [COUNT]`
final class Crash {
  private Crash() {}

  public static void main(String[] arguments) throws IOException {
    var count = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100;
    var seed = System.nanoTime();
    System.out.printf("%d kills of the agent, seed %d%n", count, seed);
    var result = KilledAgents.run(count, seed);
    System.out.println(result.ends() + "; " + result.report());
    result.report().failures().forEach(System.out::println);
    result.brokenInvariants().forEach(System.out::println);
    var bars = new Bars();
    bars.atMost("failed", result.report().failures().size(), "exchanges", 0);
    bars.atMost("broken-invariants", result.brokenInvariants().size(), "", 0);
    bars.print();
  }
}
