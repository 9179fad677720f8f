package dev.stead.agent.traffic;

import dev.stead.edge.control.TrafficReport.ReleaseTraffic;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;

/// The last ten minutes in memory, in pieces of ten seconds. Bounded by [#RELEASES_MAX] pieces of a
/// release, about 1 KiB each: where more than a hundred releases are busy at once it reaches back
/// less far.
final class RecentTraffic {
  static final Duration PIECE = Duration.ofSeconds(10);
  static final Duration KEPT = Duration.ofMinutes(10);
  static final int RELEASES_MAX = 6_000;

  private final Deque<Stretch> pieces = new ArrayDeque<>();
  private Sum open = new Sum();
  private Instant openFrom;
  private Instant begin;
  private int releases;

  RecentTraffic(Instant now) {
    this.openFrom = TrafficFiles.floor(now, PIECE);
    // The piece that it begins in is not whole.
    this.begin = openFrom.plus(PIECE);
  }

  void add(Collection<ReleaseTraffic> more, Instant now) {
    var from = TrafficFiles.floor(now, PIECE);
    if (!from.equals(openFrom)) {
      close(from);
    }
    open.add(more);
  }

  private void close(Instant nextFrom) {
    var piece = open.stretch(openFrom);
    pieces.addLast(piece);
    releases += piece.releases().size();
    open = new Sum();
    openFrom = nextFrom;
    var oldest = nextFrom.minus(KEPT);
    while (releases > RELEASES_MAX
        || (!pieces.isEmpty() && pieces.getFirst().from().isBefore(oldest))) {
      var gone = pieces.removeFirst();
      releases -= gone.releases().size();
      begin = gone.from().plus(PIECE);
    }
  }

  /// Whether everything since then is still here.
  boolean covers(Instant from) {
    return !begin.isAfter(from);
  }

  /// Everything since then.
  List<Stretch> since(Instant from) {
    var found = new ArrayList<Stretch>();
    for (var piece : pieces) {
      if (!piece.from().isBefore(from)) {
        found.add(piece);
      }
    }
    found.add(open.stretch(openFrom));
    return found;
  }
}
