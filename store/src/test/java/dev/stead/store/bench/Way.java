package dev.stead.store.bench;

import java.util.ArrayList;
import java.util.List;

/// One way to do what is measured, run in turns with others: the machine may have other things to
/// do, which then hit all alike.
final class Way {
  private final String name;
  private final Load.Opening opening;
  private final List<Load.Result> rounds = new ArrayList<>();

  Way(String name, Load.Opening opening) {
    this.name = name;
    this.opening = opening;
  }

  /// One round for each, which warms up, and then so many that count.
  static void byTurns(Load load, int rounds, List<Way> ways) throws Exception {
    for (int round = 0; round <= rounds; round++) {
      for (Way way : ways) {
        Load.Result result = load.run(way.opening);
        if (round > 0) {
          way.rounds.add(result);
        }
      }
    }
    ways.forEach(way -> way.print(load.clients()));
  }

  private void print(int clients) {
    System.out.printf(
        "%-28s × %3d %9.0f/s (%.0f … %.0f)   p50 %8.3f ms   p99 %8.3f ms%n",
        name,
        clients,
        rate(),
        rounds.stream().mapToDouble(Load.Result::perSecond).min().orElseThrow(),
        rounds.stream().mapToDouble(Load.Result::perSecond).max().orElseThrow(),
        quantile(0.5) / 1e6,
        quantile(0.99) / 1e6);
  }

  /// The middle of all rounds.
  double rate() {
    return rounds.stream()
        .map(Load.Result::perSecond)
        .sorted()
        .skip(rounds.size() / 2)
        .findFirst()
        .orElseThrow();
  }

  /// The time in nanoseconds that this share of all in all rounds stays within.
  long quantile(double share) {
    Histogram all = new Histogram();
    rounds.forEach(round -> all.add(round.times()));
    return all.quantile(share);
  }
}
