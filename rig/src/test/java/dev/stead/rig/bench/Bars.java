package dev.stead.rig.bench;

import java.util.ArrayList;
import java.util.List;

/// What a bench measured and what was wanted of it.
final class Bars {
  private final List<Bar> bars = new ArrayList<>();

  private record Bar(String name, long value, String unit, long wantedAtMost) {
    boolean met() {
      return value <= wantedAtMost;
    }

    @Override
    public String toString() {
      return "bar %s %d %s (wanted ≤ %d) %s"
          .formatted(name, value, unit, wantedAtMost, met() ? "met" : "missed");
    }
  }

  void atMost(String name, long value, String unit, long wanted) {
    bars.add(new Bar(name, value, unit, wanted));
  }

  /// Prints one line per bar.
  ///
  /// @throws IllegalStateException when one is missed: the process ends with 1
  void print() {
    bars.forEach(System.out::println);
    if (!bars.stream().allMatch(Bar::met)) {
      throw new IllegalStateException("a bar was missed");
    }
  }
}
