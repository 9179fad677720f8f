package dev.stead.agent.traffic;

import java.util.ArrayList;
import java.util.List;

/// Numbers in Prometheus' text format, version 0.0.4: for each family what it is, then its samples.
///
/// ```
/// # HELP stead_requests_total Exchanges that ended, by how they did.
/// # TYPE stead_requests_total counter
/// stead_requests_total{app="cv",release="7",outcome="2xx"} 1204
/// ```
public final class PrometheusText {
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final StringBuilder text = new StringBuilder();

  /// What tells one sample of a family from another, in order.
  ///
  /// @param pairs as they are written
  public record Labels(List<String> pairs) {
    public static final Labels NONE = new Labels(List.of());

    public Labels {
      pairs = List.copyOf(pairs);
    }

    public static Labels of(String name, String value) {
      return NONE.and(name, value);
    }

    public Labels and(String name, String value) {
      var more = new ArrayList<>(pairs);
      more.add("%s=\"%s\"".formatted(name, escape(value)));
      return new Labels(more);
    }

    private static String escape(String value) {
      return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
  }

  /// Begins a family.
  ///
  /// @param type `counter`, `gauge` or `histogram`
  public void family(String name, String type, String help) {
    text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  /// Writes one number of the family.
  public void sample(String name, Labels labels, long value) {
    sample(name, labels, Long.toString(value));
  }

  /// Writes one number of the family.
  ///
  /// @param value in decimal
  public void sample(String name, Labels labels, String value) {
    text.append(name);
    if (!labels.pairs().isEmpty()) {
      text.append('{').append(String.join(",", labels.pairs())).append('}');
    }
    text.append(' ').append(value).append('\n');
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
