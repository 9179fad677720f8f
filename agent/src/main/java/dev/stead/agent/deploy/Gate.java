package dev.stead.agent.deploy;

import dev.stead.agent.supervisor.Exit;
import dev.stead.agent.supervisor.Instance;
import dev.stead.sdk.AppConfig;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// What new instances must pass before they may serve: become ready within the start timeout, then
/// stay up and well while they settle. Who fails is told why, with the probe's own answer and the
/// instance's last lines.
final class Gate {
  private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(25);
  private static final Duration LONGEST_INTERVAL = Duration.ofSeconds(1);
  private static final Duration SETTLE_INTERVAL = Duration.ofMillis(250);

  /// A web process that listens elsewhere for so long is told about.
  private static final Duration OTHER_PORT_NOTICE = Duration.ofSeconds(3);

  private final Instances instances;
  private final Release release;
  private final EventLog events;
  private final Control control;
  private final Readiness readiness;

  Gate(Instances instances, Release release, EventLog events, Control control) {
    this.instances = instances;
    this.release = release;
    this.events = events;
    this.control = control;
    this.readiness = new Readiness(instances, release);
  }

  /// Waits until all of them are ready.
  ///
  /// @throws ProblemException when one of them crashed or was not ready in time
  void awaitReady(List<Placement> placements) {
    Together.each("gate " + release.app(), placements, this::awaitReady);
  }

  /// Watches them while they settle.
  ///
  /// @throws ProblemException when one of them ended or fell ill
  void settle(List<Placement> placements) {
    var settling = Elapsed.start();
    var length = release.config().rollout().settle();
    while (!settling.reached(length)) {
      placements.forEach(this::requireUp);
      control.pause(shorter(SETTLE_INTERVAL, length.minus(settling.time())));
    }
    for (var placement : placements) {
      requireUp(placement);
      if (placement.port().isPresent()
          && readiness.ask(placement) instanceof Probe.Answer.Bad(var text)) {
        throw failed(placement, Code.HEALTH_FAILED, text + " while it had to settle");
      }
    }
  }

  /// Waits until those that were started again answer, or the start timeout is over; how often they
  /// ended before does not matter.
  ///
  /// @return whether all of them answer
  boolean awaitBack(List<Placement> placements) {
    var waiting = Elapsed.start();
    var left = new ArrayList<>(placements);
    while (!waiting.reached(release.config().rollout().startTimeout())) {
      left.removeIf(placement -> readiness.ask(placement) instanceof Probe.Answer.Ready);
      if (left.isEmpty()) {
        return true;
      }
      control.pause(interval(waiting));
    }
    return false;
  }

  private void awaitReady(Placement placement) {
    var starting = Elapsed.start();
    var patience = release.config().rollout().startTimeout();
    var told = false;
    while (true) {
      requireUp(placement);
      var answer = readiness.ask(placement);
      if (answer instanceof Probe.Answer.Ready) {
        tellReady(placement, starting);
        return;
      }
      if (starting.reached(patience)) {
        throw notReady(placement, answer);
      }
      told = told || (starting.reached(OTHER_PORT_NOTICE) && tellOtherPort(placement, answer));
      control.pause(interval(starting));
    }
  }

  /// Until an instance is asked again: a tenth of the time that it has had, so that no start is
  /// noticed late by more than that.
  private static Duration interval(Elapsed starting) {
    var tenth = starting.time().dividedBy(10);
    return tenth.compareTo(SHORTEST_INTERVAL) < 0
        ? SHORTEST_INTERVAL
        : shorter(tenth, LONGEST_INTERVAL);
  }

  private void requireUp(Placement placement) {
    control.check();
    instances
        .find(placement)
        .flatMap(Instance::lastExit)
        .ifPresent(
            exit -> {
              var code = exit instanceof Exit.OutOfMemory ? Code.OUT_OF_MEMORY : Code.CRASHED;
              throw failed(placement, code, exit.explain());
            });
  }

  private void tellReady(Placement placement, Elapsed starting) {
    var where = placement.port().map(" on port %d"::formatted).orElse("");
    var verb = placement.port().isPresent() ? "ready" : "started";
    events.note("%s %s%s after %s".formatted(placement.label(), verb, where, starting.text()));
  }

  private boolean tellOtherPort(Placement placement, Probe.Answer answer) {
    var others = otherPorts(placement);
    if (!(answer instanceof Probe.Answer.Closed) || others.isEmpty()) {
      return false;
    }
    events.note(
        "%s listens on %s, not on $PORT (%d); still waiting"
            .formatted(placement.label(), others, placement.port().orElseThrow()));
    return true;
  }

  private ProblemException notReady(Placement placement, Probe.Answer answer) {
    var port = placement.port().orElseThrow();
    var after = Elapsed.text(release.config().rollout().startTimeout());
    return switch (answer) {
      case Probe.Answer.Bad(var text) ->
          failed(placement, Code.HEALTH_FAILED, "not ready after %s: %s".formatted(after, text));
      case Probe.Answer.Closed closed when !otherPorts(placement).isEmpty() ->
          failed(
              placement,
              Code.OTHER_PORT_OPENED,
              "after %s it listens on %s, not on $PORT, which is %d"
                  .formatted(after, otherPorts(placement), port));
      case Probe.Answer.Closed closed ->
          failed(
              placement,
              Code.PORT_NEVER_OPENED,
              "after %s nothing listens on $PORT, which is %d".formatted(after, port));
      case Probe.Answer.Ready ready -> throw new IllegalStateException("it is ready");
    };
  }

  private String otherPorts(Placement placement) {
    Set<Integer> others = new TreeSet<>(instances.listeningPorts(placement));
    placement.port().ifPresent(others::remove);
    return String.join(", ", others.stream().map(String::valueOf).toList());
  }

  private ProblemException failed(Placement placement, Code code, String why) {
    var details = new ArrayList<String>();
    var lines = instances.lastLines(placement);
    details.add(
        lines.isEmpty()
            ? placement.label() + " printed nothing"
            : "the last lines of " + placement.label() + ":");
    lines.forEach(line -> details.add("  " + line));
    placement
        .port()
        .filter(port -> isTaken(placement, port))
        .ifPresent(
            port ->
                details.add(
                    "port %d was taken by another process meanwhile; the next attempt gets another"
                        .formatted(port)));
    var what = "starting %s of %s v%d".formatted(placement.label(), app(), release.number());
    return new ProblemException(Problem.of(code, what, why).withDetails(details));
  }

  private boolean isTaken(Placement placement, int port) {
    return !Ports.isFree(port) && !instances.listeningPorts(placement).contains(port);
  }

  private String app() {
    return release.app();
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /// The instances of a process type among these.
  static List<Placement> ofWeb(List<Placement> placements) {
    return placements.stream().filter(each -> each.process().equals(AppConfig.WEB)).toList();
  }
}
