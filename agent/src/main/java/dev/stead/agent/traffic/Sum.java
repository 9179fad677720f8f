package dev.stead.agent.traffic;

import dev.stead.edge.control.TrafficReport.ReleaseTraffic;
import java.time.Instant;
import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;

/// The traffic of all releases, summed up.
final class Sum {
  private final SortedMap<Release, ReleaseSum> releases = new TreeMap<>();

  void add(Collection<ReleaseTraffic> more) {
    more.forEach(each -> of(each).add(each));
  }

  private ReleaseSum of(ReleaseTraffic traffic) {
    return releases.computeIfAbsent(
        Release.of(traffic), _ -> new ReleaseSum(traffic.service(), traffic.release()));
  }

  SortedMap<Release, ReleaseSum> releases() {
    return releases;
  }

  /// As a stretch of time that begins then.
  Stretch stretch(Instant from) {
    return new Stretch(from, releases.values().stream().map(ReleaseSum::traffic).toList());
  }
}
