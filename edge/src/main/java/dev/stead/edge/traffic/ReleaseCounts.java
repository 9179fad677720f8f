package dev.stead.edge.traffic;

import dev.stead.edge.control.Outcome;
import dev.stead.edge.control.TrafficReport.Latencies;
import dev.stead.edge.control.TrafficReport.ReleaseTraffic;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// The traffic of one release on one event loop, which alone touches it: plain numbers, no lock.
public final class ReleaseCounts {
  /// So long after it has left the table and its last exchange has ended, its numbers are kept for
  /// whoever has not read them yet.
  private static final long KEPT_NANOS = Duration.ofMinutes(10).toNanos();

  private final ReleaseName name;
  private final Map<Outcome, LatencyCounts> outcomes = new EnumMap<>(Outcome.class);
  private int inFlight;
  private int streams;
  private long bytesIn;
  private long bytesOut;
  private boolean listed = true;
  private long leftNanos;

  ReleaseCounts(ReleaseName name) {
    this.name = name;
  }

  ReleaseName name() {
    return name;
  }

  /// An exchange is this release's from now on, until [#leave], [#end] or [#becomeStream].
  public void enter() {
    inFlight++;
  }

  /// It turns out to be another's.
  public void leave() {
    inFlight--;
  }

  public void end(Outcome outcome, long nanos) {
    inFlight--;
    count(outcome, nanos);
  }

  /// It has been answered by a head that a stream follows, which [#endStream] ends.
  public void becomeStream(Outcome outcome, long nanos) {
    inFlight--;
    streams++;
    count(outcome, nanos);
  }

  public void endStream() {
    streams--;
  }

  private void count(Outcome outcome, long nanos) {
    outcomes.computeIfAbsent(outcome, _ -> new LatencyCounts()).add(nanos);
  }

  public void in(long bytes) {
    bytesIn += bytes;
  }

  public void out(long bytes) {
    bytesOut += bytes;
  }

  void tableApplied(boolean nowListed, long nowNanos) {
    if (listed && !nowListed) {
      leftNanos = nowNanos;
    }
    listed = nowListed;
  }

  /// Whether nothing more will be counted here, and what was has long been read.
  boolean over(long nowNanos) {
    if (listed) {
      return false;
    }
    if (inFlight + streams > 0) {
      leftNanos = nowNanos;
    }
    return nowNanos - leftNanos > KEPT_NANOS;
  }

  void addTo(LoopTraffic sum) {
    ReleaseCounts summed = sum.of(name.service(), name.release());
    outcomes.forEach(
        (outcome, counts) ->
            summed.outcomes.computeIfAbsent(outcome, _ -> new LatencyCounts()).addAll(counts));
    summed.inFlight += inFlight;
    summed.streams += streams;
    summed.bytesIn += bytesIn;
    summed.bytesOut += bytesOut;
  }

  ReleaseTraffic report() {
    SortedMap<String, Latencies> byLabel = new TreeMap<>();
    outcomes.forEach((outcome, counts) -> byLabel.put(outcome.label(), counts.report()));
    return new ReleaseTraffic(
        name.service(), name.release(), inFlight, streams, bytesIn, bytesOut, byLabel);
  }
}
