package dev.stead.agent.deploy;

import dev.stead.agent.deploy.Records.Versioned;
import dev.stead.edge.control.EdgeReport;
import dev.stead.sdk.AppConfig;
import dev.stead.sdk.AppMode;
import dev.stead.sdk.ProblemException;
import dev.stead.store.Derived;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// Lets apps sleep whose `sleep-after` has gone by without a request or a stream, as the edge says.
/// One that is paused, in maintenance, or has a canary stays awake.
final class SleepWatch {
  private static final Logger LOG = System.getLogger(SleepWatch.class.getName());
  static final Duration EVERY = Duration.ofSeconds(1);

  private final Workshop parts;
  private final Consumer<String> sleep;
  private final Derived<List<Sleeper>> sleepers;

  /// An app that is to sleep once it is idle.
  ///
  /// @param after how long that is
  /// @param instances ids of those that requests go to
  private record Sleeper(String app, Duration after, Set<String> instances) {}

  /// @param sleep begins the operation that lets an app sleep
  SleepWatch(Workshop parts, Consumer<String> sleep) {
    this.parts = parts;
    this.sleep = sleep;
    this.sleepers = parts.records().derived(this::sleepers);
  }

  void look() {
    var candidates = sleepers.get();
    if (!candidates.isEmpty()) {
      parts.publisher().report().ifPresent(report -> look(candidates, report));
    }
  }

  private void look(List<Sleeper> candidates, EdgeReport report) {
    for (var each : candidates) {
      if (isIdle(each, report)) {
        letSleep(each.app());
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

  private List<Sleeper> sleepers() {
    return List.copyOf(parts.records().apps()).stream()
        .flatMap(app -> sleeper(app).stream())
        .toList();
  }

  private Optional<Sleeper> sleeper(String app) {
    var records = parts.records();
    var live = records.live(app).map(Versioned::value).filter(SleepWatch::maySleep);
    return live.flatMap(found -> sleepAfter(records, app, found))
        .filter(time -> records.mode(app) == AppMode.OPEN)
        .map(time -> new Sleeper(app, time, webInstances(live.orElseThrow())));
  }

  private static boolean maySleep(Live live) {
    return !live.stopped() && !live.asleep() && live.canary().isEmpty();
  }

  /// After what time an app is to sleep; empty when it never is.
  static Optional<Duration> sleepAfter(Records records, String app, Live live) {
    var web = records.liveRelease(app, live).config().processes().get(AppConfig.WEB);
    return Optional.ofNullable(web).flatMap(process -> process.sleepAfter());
  }

  private static Set<String> webInstances(Live live) {
    return live.instances().stream()
        .filter(each -> each.process().equals(AppConfig.WEB))
        .map(Placement::id)
        .collect(Collectors.toSet());
  }

  /// Whether nothing has been in flight for so long on any instance; not before the edge knows all.
  private static boolean isIdle(Sleeper sleeper, EdgeReport report) {
    var idle =
        report.targets().stream()
            .filter(target -> sleeper.instances().contains(target.id()))
            .filter(
                target ->
                    target
                        .idle()
                        .filter(since -> since.compareTo(sleeper.after()) >= 0)
                        .isPresent())
            .count();
    return !sleeper.instances().isEmpty() && idle == sleeper.instances().size();
  }
}
