package dev.stead.edge.traffic;

import dev.stead.edge.control.Outcome;
import dev.stead.edge.control.TrafficReport;
import dev.stead.edge.control.TrafficReport.ReleaseTraffic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What one event loop counts, touched by that loop alone; also the sum of what several have.
///
/// Bounded by what the table lists: an entry is made for a release that is served, and goes ten
/// minutes after it has left the table and drained. Whatever host somebody asks for, what is not
/// served shares one entry.
public final class LoopTraffic {
  private final Map<String, List<ReleaseCounts>> byService = new HashMap<>();
  private final ReleaseCounts nobodys;

  public LoopTraffic() {
    nobodys = of(ReleaseName.NOBODY.service(), ReleaseName.NOBODY.release());
  }

  /// The counts of a release. Nothing is made for one that is known.
  public ReleaseCounts of(String service, int release) {
    List<ReleaseCounts> releases = byService.get(service);
    if (releases != null) {
      // No iterator: this is asked for every request.
      for (int i = 0; i < releases.size(); i++) {
        if (releases.get(i).name().release() == release) {
          return releases.get(i);
        }
      }
    }
    var made = new ReleaseCounts(new ReleaseName(service, release));
    byService.computeIfAbsent(service, _ -> new ArrayList<>()).add(made);
    return made;
  }

  /// The counts of what no service was found for.
  public ReleaseCounts nobodys() {
    return nobodys;
  }

  /// Counts what was turned away before it became an exchange.
  public void refused(int status) {
    nobodys.enter();
    nobodys.end(Outcome.of(status), 0);
  }

  public void tableApplied(Set<ReleaseName> listed, long nowNanos) {
    for (List<ReleaseCounts> releases : byService.values()) {
      for (ReleaseCounts each : releases) {
        each.tableApplied(each == nobodys || listed.contains(each.name()), nowNanos);
      }
    }
  }

  /// Adds everything to a sum, and forgets what is over.
  public void addTo(LoopTraffic sum, long nowNanos) {
    byService.values().forEach(releases -> releases.forEach(each -> each.addTo(sum)));
    byService.values().forEach(releases -> releases.removeIf(each -> each.over(nowNanos)));
    byService.values().removeIf(List::isEmpty);
  }

  /// Everything, as the agent is told it.
  ///
  /// @param edge the edge's name
  public TrafficReport report(String edge) {
    List<ReleaseTraffic> all =
        byService.values().stream().flatMap(List::stream).map(ReleaseCounts::report).toList();
    return new TrafficReport(edge, all);
  }
}
