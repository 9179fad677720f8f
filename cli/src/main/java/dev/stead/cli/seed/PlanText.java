package dev.stead.cli.seed;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A plan in words.
final class PlanText {
  private final Probe probe;

  PlanText(Probe probe) {
    this.probe = probe;
  }

  List<String> forward(Distribution distribution, Inventory there) {
    var lines = new ArrayList<String>();
    lines.add(machine());
    var current = probe.current();
    if (current.isEmpty()) {
      lines.add("Stead is not there; it will be " + distribution.name());
    } else if (current.orElseThrow().equals(distribution.name())) {
      lines.add(
          "Stead %s is there; what is missing of it will be mended".formatted(distribution.name()));
    } else {
      lines.add("Stead %s → %s".formatted(current.orElseThrow(), distribution.name()));
    }
    lines.add(row("upload", upload(distribution, there)));
    if (current.isEmpty()) {
      lines.add(row("users", "stead-edge; group stead" + member()));
      lines.add(row("directories", "/opt/stead, /var/lib/stead, /run/stead"));
      lines.add(
          row(
              "units",
              "stead-agent.service, stead-edge.socket (port 80), stead-edge-https.socket (port 443),"
                  + " stead-edge@.service"));
      lines.add(row("start", "agent, then edge; verified by a request through the edge"));
    } else {
      lines.add(row("agent", "restarted if it is another version; apps run on"));
      lines.add(row("edge", "handed over without a lost request if it is another version"));
    }
    return lines;
  }

  List<String> back(String version) {
    return List.of(
        machine(),
        "Stead %s → %s (back)".formatted(probe.current().orElse("-"), version),
        row("agent", "restarted; apps run on"),
        row("edge", "handed over without a lost request"));
  }

  private String machine() {
    return "%s, %s, %d %s, %s memory, %s free"
        .formatted(
            probe.system(),
            probe.value("arch"),
            probe.number("cores"),
            probe.number("cores") == 1 ? "core" : "cores",
            size(probe.number("memory")),
            size(probe.number("free.var")));
  }

  private String member() {
    var user = probe.value("user");
    return user.equals("root") ? "" : " with " + user;
  }

  private static String upload(Distribution distribution, Inventory there) {
    long missing = there.missing(distribution);
    long files = distribution.entries().stream().filter(there::lacks).count();
    return files == 0
        ? "nothing, all %d files are there".formatted(distribution.entries().size())
        : "%d of %d files, %s before compression"
            .formatted(files, distribution.entries().size(), size(missing));
  }

  private static String row(String word, String text) {
    return String.format(Locale.ROOT, "  %-12s%s", word, text);
  }

  private static String size(long bytes) {
    return bytes >= 10L << 30
        ? (bytes >> 30) + " GiB"
        : String.format(Locale.ROOT, "%.1f MiB", bytes / (double) (1 << 20));
  }
}
