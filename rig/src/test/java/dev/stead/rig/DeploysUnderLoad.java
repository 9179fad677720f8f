package dev.stead.rig;

import dev.stead.rig.host.Deploy;
import dev.stead.rig.host.Installation;
import dev.stead.rig.host.Project;
import dev.stead.rig.host.Stead;
import dev.stead.rig.load.Kind;
import dev.stead.rig.load.MixedLoad;
import dev.stead.rig.load.Report;
import dev.stead.rig.server.SeededServer;
import dev.stead.sdk.Event;
import dev.stead.sdk.Event.Step;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// One deploy after the other while traffic of every kind goes on.
public final class DeploysUnderLoad {
  /// What rig/apps/load/stead.toml says.
  private static final Duration DRAIN_STREAMS = Duration.ofSeconds(2);

  /// Longest life of a short stream: below its drain budget, so that none may ever be cut.
  private static final Duration STAY_MAX = Duration.ofMillis(1_200);

  /// The app of calls is deployed after every so many releases.
  private static final int CALLS_EVERY = 5;

  /// Between the switch and the moment that its event is read here.
  private static final Duration EVENT_DELAY = Duration.ofMillis(100);

  private final Map<Integer, Long> switchedAwayFrom = new HashMap<>();
  private final List<String> withoutTraffic = new ArrayList<>();

  private DeploysUnderLoad() {}

  /// What was seen.
  ///
  /// @param miscounted ids that the app counted twice, or never
  /// @param cutTooEarly streams that were cut before their drain budget was used up
  /// @param withoutTraffic kinds of which nothing was in flight at a switch
  public record Result(
      Report report,
      int switches,
      List<String> miscounted,
      List<String> cutTooEarly,
      List<String> withoutTraffic) {}

  /// What comes in while it is deployed.
  ///
  /// @param tls whether it does with TLS, and then over HTTP/2 and by calls of gRPC, too; their app
  ///   is deployed a fifth as often
  /// @param seed of how long visitors stay
  public record Traffic(boolean tls, long seed) {
    /// Starts every kind, of which nothing may ever fail.
    MixedLoad to(Installation stead) {
      return MixedLoad.start(tls ? stead.tls() : stead.edge(), STAY_MAX, Duration.ofHours(1), seed);
    }
  }

  /// Deploys to a fresh Stead on this machine.
  public static Result run(int deploys, Traffic traffic) throws IOException {
    try (var project = LoadApp.project();
        var stead = Stead.fresh()) {
      if (traffic.tls()) {
        stead.upWithTls(project);
      } else {
        stead.up(project);
      }
      var seen = new DeploysUnderLoad();
      var report = seen.deploy(stead, project, deploys, traffic);
      return seen.result(report, LoadApp.miscounted(LoadApp.counted(project), report));
    }
  }

  /// Deploys to a server on which [LoadApp#onServer] is live.
  public static Result run(SeededServer server, Project project, int deploys, Traffic traffic)
      throws IOException {
    LoadApp.forget(server);
    var seen = new DeploysUnderLoad();
    var report = seen.deploy(server, project, deploys, traffic);
    return seen.result(report, LoadApp.miscounted(LoadApp.counted(server), report));
  }

  private Report deploy(Installation stead, Project project, int deploys, Traffic traffic)
      throws IOException {
    var first = stead.client().app(LoadApp.NAME).release().orElseThrow();
    try (var calls = CallsApp.project()) {
      if (traffic.tls()) {
        Deploy.of(stead, calls, CallsApp.NAME).await().succeeded();
      }
      try (var load = traffic.to(stead)) {
        load.awaitFlow();
        for (var release = first; release < first + deploys; release++) {
          deployOver(stead, project, release, load);
          deployCallsAtTimes(stead, calls, release, load);
        }
        return load.stop();
      }
    }
  }

  private void deployOver(Installation stead, Project project, int leaving, MixedLoad load)
      throws IOException {
    project.write("edition", "after v" + leaving);
    Deploy.of(stead, project, LoadApp.NAME)
        .follow(
            event -> {
              if (see(event, load)) {
                switchedAwayFrom.put(leaving, System.nanoTime());
              }
            })
        .succeeded();
  }

  private Result result(Report report, List<String> miscounted) {
    return new Result(
        report, switchedAwayFrom.size(), miscounted, cutTooEarly(report), withoutTraffic);
  }

  private void deployCallsAtTimes(Installation stead, Project calls, int leaving, MixedLoad load)
      throws IOException {
    if (load.kinds().contains(Kind.CALL) && leaving % CALLS_EVERY == 0) {
      CallsApp.edition(calls, "beside v" + leaving);
      Deploy.of(stead, calls, CallsApp.NAME).follow(event -> see(event, load)).succeeded();
    }
  }

  /// Whether it is a switch; that one comes under traffic of every kind is looked at here.
  private boolean see(Event event, MixedLoad load) {
    if (!(event instanceof Event.StepStarted started) || started.step() != Step.SWITCH) {
      return false;
    }
    for (var kind : load.kinds()) {
      if (load.inFlight(kind) == 0) {
        withoutTraffic.add("%s at switch %d".formatted(kind, switchedAwayFrom.size() + 1));
      }
    }
    return true;
  }

  private List<String> cutTooEarly(Report report) {
    return report
        .cuts()
        .filter(cut -> lived(cut).compareTo(DRAIN_STREAMS.minus(EVENT_DELAY)) < 0)
        .map(cut -> "%s, %d ms after the switch".formatted(cut, lived(cut).toMillis()))
        .toList();
  }

  /// How long a stream lived on after its release was switched away from.
  private Duration lived(Report.Cut cut) {
    var since = switchedAwayFrom.getOrDefault(cut.release(), cut.atNanos());
    return Duration.ofNanos(cut.atNanos() - since);
  }
}
