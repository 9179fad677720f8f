package dev.stead.agent.deploy;

import dev.stead.agent.deploy.Records.Versioned;
import dev.stead.edge.control.EdgeReport;
import dev.stead.sdk.AppConfig;
import dev.stead.sdk.AppMode;
import dev.stead.sdk.ProblemException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// Lets apps sleep whose `sleep-after` has gone by without a request or a stream, as the edge says.
/// One that is paused, in maintenance, or has a canary stays awake. One virtual thread.
final class SleepWatch implements AutoCloseable {
  private static final Logger LOG = System.getLogger(SleepWatch.class.getName());
  private static final Duration EVERY = Duration.ofSeconds(1);

  private final Workshop parts;
  private final Consumer<String> sleep;
  private final Control control = new Control();
  private final Thread thread;

  /// @param sleep begins the operation that lets an app sleep
  SleepWatch(Workshop parts, Consumer<String> sleep) {
    this.parts = parts;
    this.sleep = sleep;
    this.thread = Thread.ofVirtual().name("sleep watch").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      while (true) {
        control.pause(EVERY);
        parts.publisher().report().ifPresent(this::look);
      }
    } catch (Control.Abandoned e) {
      // Only close() abandons.
      return;
    }
  }

  private void look(EdgeReport report) {
    for (var app : List.copyOf(parts.records().apps())) {
      if (isDue(app, report)) {
        letSleep(app);
      }
    }
  }

  private void letSleep(String app) {
    try {
      sleep.accept(app);
    } catch (ProblemException e) {
      // Another operation is under way: the next look tells.
      LOG.log(Level.DEBUG, "cannot let " + app + " sleep: " + e.getMessage(), e);
    }
  }

  private boolean isDue(String app, EdgeReport report) {
    var records = parts.records();
    var live = records.live(app).map(Versioned::value).filter(SleepWatch::maySleep);
    return live.flatMap(found -> sleepAfter(records, app, found))
        .filter(time -> records.mode(app) == AppMode.OPEN)
        .filter(time -> isIdle(live.orElseThrow(), time, report))
        .isPresent();
  }

  private static boolean maySleep(Live live) {
    return !live.stopped() && !live.asleep() && live.canary().isEmpty();
  }

  /// After what time an app is to sleep; empty when it never is.
  static Optional<Duration> sleepAfter(Records records, String app, Live live) {
    var web = records.liveRelease(app, live).config().processes().get(AppConfig.WEB);
    return Optional.ofNullable(web).flatMap(process -> process.sleepAfter());
  }

  /// Whether nothing has been in flight for so long on any instance; not before the edge knows all.
  private static boolean isIdle(Live live, Duration time, EdgeReport report) {
    var ids =
        live.instances().stream()
            .filter(each -> each.process().equals(AppConfig.WEB))
            .map(Placement::id)
            .collect(Collectors.toSet());
    var idle =
        report.targets().stream()
            .filter(target -> ids.contains(target.id()))
            .filter(target -> target.idle().filter(since -> since.compareTo(time) >= 0).isPresent())
            .count();
    return !ids.isEmpty() && idle == ids.size();
  }

  @Override
  public void close() {
    control.abandon();
  }
}
