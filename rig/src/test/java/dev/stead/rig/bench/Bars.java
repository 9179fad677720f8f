package dev.stead.rig.bench;

import java.util.ArrayList;
import java.util.List;

/// What a bench measured and what was wanted of it.
final class Bars {
  private final List<Bar> bars = new ArrayList<>();

  private enum Sense {
    AT_MOST("≤"),
    AT_LEAST("≥");

    private final String sign;

    Sense(String sign) {
      this.sign = sign;
    }
  }

  private record Bar(String name, long value, String unit, Sense sense, long wanted) {
    boolean met() {
      return sense == Sense.AT_MOST ? value <= wanted : value >= wanted;
    }

    @Override
    public String toString() {
      return "bar %s %d %s (wanted %s %d) %s"
          .formatted(name, value, unit, sense.sign, wanted, met() ? "met" : "missed");
    }
  }

  void atMost(String name, long value, String unit, long wanted) {
    bars.add(new Bar(name, value, unit, Sense.AT_MOST, wanted));
  }

  void atLeast(String name, long value, String unit, long wanted) {
    bars.add(new Bar(name, value, unit, Sense.AT_LEAST, wanted));
  }

  /// Prints one line per bar.
  void print() {
    bars.forEach(System.out::println);
  }

  boolean areMet() {
    return bars.stream().allMatch(Bar::met);
  }
}
