package dev.stead.agent.traffic;

import dev.stead.edge.control.TrafficReport.ReleaseTraffic;
import java.util.Comparator;

/// Whose traffic it is.
///
/// @param app [#NOBODY] for what reached no app
record Release(String app, int number) implements Comparable<Release> {
  /// No app can be named so.
  static final String NOBODY = "-";

  private static final Comparator<Release> ORDER =
      Comparator.comparing(Release::app).thenComparingInt(Release::number);

  static Release of(ReleaseTraffic traffic) {
    var nobody = traffic.service().equals(ReleaseTraffic.NOBODY);
    return new Release(nobody ? NOBODY : traffic.service(), traffic.release());
  }

  @Override
  public int compareTo(Release other) {
    return ORDER.compare(this, other);
  }
}
