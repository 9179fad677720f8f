package dev.stead.edge.traffic;

import dev.stead.edge.control.TrafficReport.ReleaseTraffic;

/// Whose traffic is counted: one release of a service.
public record ReleaseName(String service, int release) {
  static final ReleaseName NOBODY = new ReleaseName(ReleaseTraffic.NOBODY, 0);
}
