package dev.stead.rig.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What a bench measured and what was wanted of it.
public final class Bars {
  private final List<Bar> bars = new ArrayList<>();

  private enum Sense {
    AT_MOST("≤"),
    AT_LEAST("≥");

    private final String sign;

    Sense(String sign) {
      this.sign = sign;
    }
  }

  private record Bar(String name, double value, String unit, Sense sense, double wanted) {
    boolean met() {
      return sense == Sense.AT_MOST ? value <= wanted : value >= wanted;
    }

    @Override
    public String toString() {
      return "bar %s %s %s (wanted %s %s) %s"
          .formatted(
              name, number(value), unit, sense.sign, number(wanted), met() ? "met" : "missed");
    }

    private static String number(double value) {
      return String.format(Locale.ROOT, value == Math.rint(value) ? "%.0f" : "%.2f", value);
    }
  }

  public void atMost(String name, long value, String unit, long wanted) {
    bars.add(new Bar(name, (double) value, unit, Sense.AT_MOST, (double) wanted));
  }

  public void atLeast(String name, long value, String unit, long wanted) {
    bars.add(new Bar(name, (double) value, unit, Sense.AT_LEAST, (double) wanted));
  }

  /// How many times as good as something else it is.
  public void ratioAtLeast(String name, double value, double wanted) {
    bars.add(new Bar(name, value, "x", Sense.AT_LEAST, wanted));
  }

  /// Prints one line per bar.
  void print() {
    bars.forEach(System.out::println);
  }

  boolean areMet() {
    return bars.stream().allMatch(Bar::met);
  }
}
