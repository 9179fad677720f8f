package dev.stead.rig.bench.edge;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What was measured, round by round: each load of each proxy in turn, so that whatever else the
/// machine does hits all of them.
final class Figures {
  static final int ROUNDS = 3;

  /// Before memory is looked at.
  static final Duration REST = Duration.ofSeconds(20);

  private final Map<String, Map<String, List<Figure>>> rounds = new LinkedHashMap<>();

  /// Something that loads a proxy.
  @FunctionalInterface
  interface Loading {
    Load load(Proxy proxy) throws IOException, InterruptedException;
  }

  /// Has a proxy loaded once, and notes what it took.
  ///
  /// @param name what it is noted as
  void measure(String load, String name, Proxy proxy, Loading loading)
      throws IOException, InterruptedException {
    var cpu = proxy.processes().cpuSeconds();
    var began = System.nanoTime();
    var seen = loading.load(proxy);
    var seconds = (System.nanoTime() - began) / 1e9;
    rounds
        .computeIfAbsent(load, any -> new LinkedHashMap<>())
        .computeIfAbsent(name, any -> new ArrayList<>())
        .add(Figure.of(seen, proxy.processes().cpuSeconds() - cpu, seconds));
  }

  /// All names of one load with their medians.
  Map<String, Figure> of(String load) {
    var medians = new LinkedHashMap<String, Figure>();
    rounds
        .getOrDefault(load, Map.of())
        .forEach((name, all) -> medians.put(name, Figure.median(all)));
    return medians;
  }

  /// How often one is as good as the other, by requests per CPU-second.
  double ratio(String load, String one, String other) {
    var medians = of(load);
    return perCpuSecond(medians, one) / perCpuSecond(medians, other);
  }

  private static double perCpuSecond(Map<String, Figure> medians, String name) {
    var figure = medians.get(name);
    return figure == null ? Double.NaN : figure.perCpuSecond();
  }

  /// Requests of one proxy that were not answered as they should have been, under any load.
  long failed(String name) {
    return rounds.keySet().stream()
        .flatMap(load -> of(load).entrySet().stream())
        .filter(entry -> entry.getKey().equals(name))
        .mapToLong(entry -> entry.getValue().failed())
        .sum();
  }

  void print(String load) {
    of(load).forEach((name, figure) -> System.out.printf("%-22s %-8s %s%n", load, name, figure));
  }
}
