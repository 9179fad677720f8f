package dev.stead.agent.deploy;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/// The releases whose immutable files are served for a day after they were live, so that pages
/// which are still open find theirs: the newest [#RELEASES_MAX] of them.
final class AssetBridge {
  static final Duration OPEN = Duration.ofDays(1);
  static final int RELEASES_MAX = 3;

  private final Records records;
  private final InstantSource clock;

  AssetBridge(Records records, InstantSource clock) {
    this.records = records;
    this.clock = clock;
  }

  /// A release that was live, and until when its files are served.
  record Former(int release, Instant until) {}

  /// Newest first, without the one that is live; none for an app without static files.
  List<Former> of(String app) {
    var live = records.live(app).map(found -> records.liveRelease(app, found.value()));
    if (live.flatMap(release -> release.config().staticFiles()).isEmpty()) {
      return List.of();
    }
    var now = clock.instant();
    var formers = new ArrayList<Former>();
    var seen = new HashSet<Integer>();
    var ended = Instant.MAX;
    for (var stood : records.lives(app)) {
      if (formers.size() == RELEASES_MAX || (!seen.isEmpty() && !ended.plus(OPEN).isAfter(now))) {
        break;
      }
      if (seen.add(stood.live().release()) && seen.size() > 1) {
        formers.add(new Former(stood.live().release(), ended.plus(OPEN)));
      }
      ended = stood.since();
    }
    return formers;
  }
}
