package dev.stead.agent.deploy;

import dev.stead.agent.deploy.LivenessRounds.Subject;
import dev.stead.agent.supervisor.Verdict;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The restart of one instance that is not alive. The supervisor does it, with its back-off; here
/// it is taken from the edge before, if others serve, and waited for. An operation that begins
/// meanwhile decides itself what becomes of the instance: nobody waits any longer then.
final class LivenessRestart {
  private static final Logger LOG = System.getLogger(LivenessRestart.class.getName());
  private static final Duration POLL = Duration.ofMillis(100);

  /// Until the edge has cut what was in flight at the end of the drain, and says so.
  private static final Duration EDGE_MAX = Duration.ofSeconds(3);

  /// The supervisor's longest back-off.
  private static final Duration BACK_OFF_MAX = Duration.ofMinutes(1);

  private final Workshop parts;
  private final String app;
  private final Subject subject;
  private final Control control;

  LivenessRestart(Workshop parts, String app, Subject subject, Control control) {
    this.parts = parts;
    this.app = app;
    this.subject = subject;
    this.control = control;
  }

  /// Restarts it once the edge has drained it, and gives it back to the edge. Streams get no longer
  /// than plain requests: it may hold them for ever.
  void runDrained(Verdict why) {
    var publisher = parts.publisher();
    publisher.leaveOut(subject.id());
    publisher.request();
    try {
      awaitDrained(subject.release().config().http().drain().plus(EDGE_MAX));
      run(why);
    } finally {
      publisher.takeIn(subject.id());
      publisher.request();
    }
  }

  /// Restarts it as it is, and waits until it is back.
  void run(Verdict why) {
    if (isOperatedOn()) {
      return;
    }
    var before = pid();
    parts.supervisor().restart(subject.id(), why);
    tell(why);
    awaitBack(before);
  }

  private void awaitDrained(Duration most) {
    var waited = Elapsed.start();
    while (!isDrained() && !waited.reached(most) && !isOperatedOn()) {
      control.pause(POLL);
    }
  }

  /// The edge lists a target until it has drained.
  private boolean isDrained() {
    return parts
        .publisher()
        .report()
        .filter(
            report -> report.targets().stream().noneMatch(each -> each.id().equals(subject.id())))
        .isPresent();
  }

  /// What falls ill is worth a line of the history. What never was well would fill it.
  private void tell(Verdict why) {
    LOG.log(
        Level.WARNING, "{0} is restarted, since it is not alive: {1}", subject.id(), why.answer());
    if (why.aliveFor().isPositive()) {
      var app = subject.release().app();
      var told =
          "restart %s of v%d, which was not alive: %s"
              .formatted(subject.placement().label(), subject.release().number(), why.answer());
      var act = Records.put(Keys.act(app), new Records.Act(told));
      parts.records().commit(app, "agent", told, List.of(act));
    }
  }

  private void awaitBack(Optional<Long> before) {
    var config = subject.release().config();
    var stopTimeout = Instances.process(subject.release(), subject.placement()).stopTimeout();
    var most = stopTimeout.plus(BACK_OFF_MAX).plus(config.rollout().startTimeout());
    var waited = Elapsed.start();
    while (isKept() && !isBack(before) && !waited.reached(most) && !isOperatedOn()) {
      control.pause(POLL);
    }
  }

  private boolean isKept() {
    return parts.instances().find(subject.placement()).isPresent();
  }

  /// Whether another process runs, and is ready.
  private boolean isBack(Optional<Long> before) {
    var now = pid();
    return now.isPresent()
        && !now.equals(before)
        && new Readiness(parts.instances(), subject.release()).ask(subject.placement())
            instanceof Probe.Answer.Ready;
  }

  private Optional<Long> pid() {
    return parts.instances().pid(subject.placement());
  }

  private boolean isOperatedOn() {
    return parts.records().underWay(app).isPresent();
  }
}
