package dev.stead.rig.bench;

import dev.stead.rig.KilledAgents;
import java.io.IOException;
import java.util.List;

/// `bench/crash [COUNT]`
final class Crash {
  private Crash() {}

  static void measure(Bars bars, List<String> arguments) throws IOException {
    var count = arguments.isEmpty() ? 100 : Integer.parseInt(arguments.getFirst());
    var seed = System.nanoTime();
    System.out.printf("%d kills of the agent, seed %d%n", count, seed);
    var result = KilledAgents.run(count, seed);
    System.out.println(result.ends() + "; " + result.report());
    result.report().failures().forEach(System.out::println);
    result.brokenInvariants().forEach(System.out::println);
    bars.atMost("failed", result.report().failures().size(), "exchanges", 0);
    bars.atMost("broken-invariants", result.brokenInvariants().size(), "", 0);
  }
}
