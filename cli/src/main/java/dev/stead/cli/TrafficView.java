package dev.stead.cli;

import dev.stead.cli.project.Units;
import dev.stead.sdk.Traffic;
import dev.stead.sdk.Traffic.Latency;
import dev.stead.sdk.Traffic.ReleaseTraffic;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/// Traffic for people: a line for each release, with its requests over time as a row of bars.
final class TrafficView {
  private static final String BARS = "▁▂▃▄▅▆▇█";
  private static final long MICROS_PER_MILLI = 1_000;
  private static final double PERCENT = 100;

  private final Terminal terminal;

  TrafficView(Terminal terminal) {
    this.terminal = terminal;
  }

  void print(Traffic traffic) {
    var time = Units.durationText(Duration.between(traffic.from(), traffic.to()));
    if (traffic.releases().isEmpty()) {
      terminal.line("no requests in the last " + time);
      return;
    }
    terminal.line(
        "requests of the last %s, a bar for each %s"
            .formatted(time, Units.durationText(traffic.step())));
    var table = new Columns();
    traffic.releases().forEach(each -> row(table, each));
    table.print(terminal);
  }

  private static void row(Columns table, ReleaseTraffic each) {
    table.row(
        name(each),
        rate(each.perSecond()),
        each.inFlight() + " in flight",
        each.streams() == 1 ? "1 stream" : each.streams() + " streams",
        "p50 " + each.latency().map(Latency::p50Micros).map(TrafficView::time).orElse("-"),
        "p95 " + each.latency().map(Latency::p95Micros).map(TrafficView::time).orElse("-"),
        "p99 " + each.latency().map(Latency::p99Micros).map(TrafficView::time).orElse("-"),
        "4xx " + share(each.ended("4xx"), each.requests()),
        "5xx " + share(each.ended("5xx"), each.requests()),
        Units.sizeText(each.bytesIn()) + " in",
        Units.sizeText(each.bytesOut()) + " out",
        bars(each.points()));
  }

  private static String name(ReleaseTraffic each) {
    return each.app().equals(Traffic.NOBODY)
        ? "no app"
        : "%s v%d".formatted(each.app(), each.release());
  }

  static String rate(double perSecond) {
    return String.format(Locale.ROOT, perSecond < 10 ? "%.2f/s" : "%.0f/s", perSecond);
  }

  static String time(long micros) {
    if (micros < MICROS_PER_MILLI) {
      return micros + " µs";
    }
    double millis = micros / (double) MICROS_PER_MILLI;
    if (millis < 1_000) {
      return String.format(Locale.ROOT, millis < 10 ? "%.1f ms" : "%.0f ms", millis);
    }
    return String.format(Locale.ROOT, "%.1f s", millis / 1_000);
  }

  /// A share that is not nothing is never shown as nothing.
  static String share(long some, long all) {
    if (some == 0) {
      return "0 %";
    }
    double percent = PERCENT * some / all;
    return percent < 0.1 ? "< 0.1 %" : String.format(Locale.ROOT, "%.1f %%", percent);
  }

  /// The highest is the most that any has; a blank is a step without a request.
  static String bars(List<Long> points) {
    long most = points.stream().mapToLong(Long::longValue).max().orElse(0);
    var bars = new StringBuilder();
    for (long point : points) {
      bars.append(
          point == 0 ? ' ' : BARS.charAt((int) Math.ceilDiv(point * BARS.length(), most) - 1));
    }
    return bars.toString();
  }
}
