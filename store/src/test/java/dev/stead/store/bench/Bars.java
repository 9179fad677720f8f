package dev.stead.store.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What was measured and what was wanted of it.
final class Bars {
  private final List<String> lines = new ArrayList<>();
  private boolean allMet = true;

  void atMost(String name, double value, String unit, double wanted) {
    add(name, value, unit + " (wanted ≤ " + number(wanted) + ")", value <= wanted);
  }

  void atLeast(String name, double value, String unit, double wanted) {
    add(name, value, unit + " (wanted ≥ " + number(wanted) + ")", value >= wanted);
  }

  private void add(String name, double value, String wanted, boolean isMet) {
    lines.add("bar %s %s %s %s".formatted(name, number(value), wanted, isMet ? "met" : "missed"));
    allMet &= isMet;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value < 100 ? "%.2f" : "%.0f", value);
  }

  /// Prints one line per bar.
  ///
  /// @throws IllegalStateException when one is missed: the process ends with 1
  void print() {
    lines.forEach(System.out::println);
    if (!allMet) {
      throw new IllegalStateException("a bar was missed");
    }
  }
}
