package dev.stead.agent.traffic;

import dev.stead.edge.control.TrafficReport;
import dev.stead.edge.control.TrafficReport.ReleaseTraffic;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// The traffic of this server, as far back as it is kept: [#take] adds what the edges have counted,
/// [#since] says what was in a time, [#totals] what was counted since this agent began.
///
/// The last ten minutes are in memory, the minute under way too; it goes to the disk when it is
/// over. So an agent that is killed forgets nothing that an edge which lives has counted: its
/// successor reads that from the edge once more, and finds it in the minute in which it came.
public final class Traffic implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Traffic.class.getName());

  private final TrafficFiles files;
  private final InstantSource clock;
  private final Instant began;

  // The collector's own; close() comes when it has ended.
  private final Baselines baselines;
  private boolean diskRefuses;

  private final Object lock = new Object();
  // guarded by lock
  private final RecentTraffic recent;
  private final Totals totals = new Totals();
  private Sum minute = new Sum();
  private Instant minuteFrom;

  private Traffic(TrafficFiles files, Baselines baselines, InstantSource clock) {
    this.files = files;
    this.baselines = baselines;
    this.clock = clock;
    this.began = clock.instant();
    this.recent = new RecentTraffic(began);
    this.minuteFrom = TrafficFiles.floor(began, TrafficFiles.MINUTE);
  }

  /// Goes on with what is kept in a directory; makes it when it is not there.
  public static Traffic open(Path directory, InstantSource clock) throws IOException {
    var files = TrafficFiles.open(directory, clock.instant());
    return new Traffic(files, files.baselines(), clock);
  }

  /// Adds what every edge that lives says now.
  public void take(Collection<TrafficReport> reports) {
    var now = clock.instant();
    if (!TrafficFiles.floor(now, TrafficFiles.MINUTE).equals(minuteFrom())) {
      keepMinute(now);
    }
    var more = new ArrayList<ReleaseTraffic>();
    reports.forEach(report -> more.addAll(baselines.advance(report)));
    synchronized (lock) {
      totals.add(more, reports, now);
      recent.add(more, now);
      minute.add(more);
    }
  }

  private Instant minuteFrom() {
    synchronized (lock) {
      return minuteFrom;
    }
  }

  /// A minute that the disk refuses goes on until it takes it.
  private void keepMinute(Instant now) {
    Stretch over;
    synchronized (lock) {
      over = minute.stretch(minuteFrom);
    }
    try {
      files.append(over, baselines, now);
    } catch (IOException e) {
      if (!diskRefuses) {
        LOG.log(
            Level.WARNING,
            "the traffic of the last minute stays in memory until the disk takes it: {0}",
            e.getMessage());
      }
      diskRefuses = true;
      return;
    }
    diskRefuses = false;
    synchronized (lock) {
      minute = new Sum();
      minuteFrom = TrafficFiles.floor(now, TrafficFiles.MINUTE);
    }
  }

  /// What was served for so long until now.
  ///
  /// @param since at most [TrafficFiles#KEPT]
  /// @param app only this one
  /// @throws IOException when what is kept cannot be read
  public dev.stead.sdk.Traffic since(Duration since, Optional<String> app) throws IOException {
    if (since.compareTo(TrafficFiles.KEPT) > 0 || !since.isPositive()) {
      throw new IllegalArgumentException(
          "since must be more than nothing and at most %s, not %s"
              .formatted(TrafficFiles.KEPT, since));
    }
    var now = clock.instant();
    var counted = files.begin().filter(kept -> kept.isBefore(began)).orElse(began);
    var from = now.minus(since).isBefore(counted) ? counted : now.minus(since);
    List<Stretch> inMemory;
    Window window;
    Instant until;
    synchronized (lock) {
      var fresh = recent.covers(TrafficFiles.floor(from, RecentTraffic.PIECE));
      window = new Window(from, now, fresh ? RecentTraffic.PIECE : resolution(since), app);
      inMemory = fresh ? recent.since(window.begin()) : List.of(minute.stretch(minuteFrom));
      until = fresh ? window.begin() : minuteFrom;
    }
    if (until.isAfter(window.begin())) {
      files.read(window.begin(), until, window::add);
    }
    inMemory.forEach(window::add);
    synchronized (lock) {
      return window.answer(counted, totals);
    }
  }

  private static Duration resolution(Duration since) {
    return since.compareTo(TrafficFiles.MINUTES_KEPT) <= 0
        ? TrafficFiles.MINUTE
        : TrafficFiles.QUARTER;
  }

  /// Writes what was counted since this agent began, and what is under way.
  public void expose(PrometheusText text) {
    synchronized (lock) {
      totals.expose(text);
    }
  }

  /// Keeps what there is of the minute under way.
  @Override
  public void close() {
    keepMinute(clock.instant());
  }
}
