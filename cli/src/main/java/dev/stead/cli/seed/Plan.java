package dev.stead.cli.seed;

import dev.stead.sdk.Problem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a seed will do, found out without changing anything.
public final class Plan {
  private final String server;
  private final Probe probe;
  private final String version;
  private final Optional<Distribution> upload;
  private final Findings found;

  private Plan(
      String server, Probe probe, String version, Optional<Distribution> upload, Findings found) {
    this.server = server;
    this.probe = probe;
    this.version = version;
    this.upload = upload;
    this.found = found;
  }

  /// What is said of a plan: what it would do, and why it cannot be done.
  private record Findings(List<String> lines, List<Problem> refusals) {
    Findings {
      lines = List.copyOf(lines);
      refusals = List.copyOf(refusals);
    }
  }

  /// A distribution is to be in force.
  static Plan forward(
      String server, Probe probe, Distribution distribution, Inventory there, Instant asked) {
    long missing = there.missing(distribution);
    var refusals = new ArrayList<>(Refusals.of(server, probe, missing, asked));
    Refusals.state(server, probe.value("state"), distribution.state()).ifPresent(refusals::add);
    var lines = new PlanText(probe).forward(distribution, there);
    return new Plan(
        server,
        probe,
        distribution.name(),
        Optional.of(distribution),
        new Findings(lines, refusals));
  }

  /// The version before is to be in force again.
  static Plan back(String server, Probe probe, Instant asked) {
    var former = probe.former();
    var refusals = new ArrayList<>(Refusals.of(server, probe, 0, asked));
    if (former.isEmpty()) {
      refusals.add(Refusals.noFormer(server, probe));
    } else {
      var format = StateFormat.read(probe.value("former.state"));
      Refusals.state(server, probe.value("state"), format).ifPresent(refusals::add);
    }
    var version = former.orElse("");
    return new Plan(
        server,
        probe,
        version,
        Optional.empty(),
        new Findings(new PlanText(probe).back(version), refusals));
  }

  /// What is printed before it is done.
  public List<String> lines() {
    return found.lines();
  }

  /// Why it cannot be done, every reason at once; empty when it can.
  public List<Problem> refusals() {
    return found.refusals();
  }

  /// The version that will be in force.
  public String version() {
    return version;
  }

  String server() {
    return server;
  }

  Probe probe() {
    return probe;
  }

  /// What has to be there before the switch; empty where it is.
  Optional<Distribution> upload() {
    return upload;
  }
}
