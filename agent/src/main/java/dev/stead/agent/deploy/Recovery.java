package dev.stead.agent.deploy;

import dev.stead.agent.deploy.Records.Versioned;
import dev.stead.agent.supervisor.Instance;
import dev.stead.sdk.ProblemException;
import dev.stead.sdk.RolloutConfig.Strategy;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What an agent does as it starts with what the one before it left. Every part may be done again:
/// a recovery may itself be killed at any point.
///
/// | the journal's stage | what is done |
/// | --- | --- |
/// | none under way | the live instances are adopted; those that ended are started again |
/// | up to `SETTLING` | the new instances end, old ones that had to make way start again, held requests go on, the new release's files go; `D-AGENT-RESTARTED` |
/// | from `SWITCHED` on | the table is pushed, the old instances are drained and stopped, old releases pruned |
///
/// Instances that no document names are ended.
final class Recovery {
  private static final Logger LOG = System.getLogger(Recovery.class.getName());
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final Workshop parts;
  private final Leases leases;
  private final Operations operations;

  Recovery(Workshop parts, Leases leases, Operations operations) {
    this.parts = parts;
    this.leases = leases;
    this.operations = operations;
  }

  void run() {
    parts.volumes().sweep();
    var known = new HashSet<String>();
    var left = new ArrayList<Left>();
    for (var app : List.copyOf(parts.records().apps())) {
      leases.takeOver(app);
      var live = parts.records().live(app);
      live.ifPresent(found -> found.value().all().forEach(each -> known.add(each.id())));
      var operation =
          parts.records().operation(app).filter(found -> found.value().outcome().isEmpty());
      operation.ifPresent(found -> recall(app, found, live).ifPresent(left::add));
      operation.ifPresent(found -> remember(found.value(), known));
    }
    left.forEach(this::keepHolding);
    revive(left);
    parts.publisher().start();
    left.forEach(each -> operations.resume(each.app(), each.operation(), each.plan()));
    operations.endForgotten();
    endUnknown(known);
  }

  /// An operation that is to be undone or finished.
  private record Left(String app, Versioned<Operation> operation, Plan.Move plan) {
    boolean switched() {
      return operation.value().stage().switched();
    }
  }

  private static void remember(Operation operation, Set<String> known) {
    operation.starting().forEach(each -> known.add(each.id()));
    operation.retiring().forEach(each -> known.add(each.id()));
  }

  /// Makes the plan anew from its journal.
  private Optional<Left> recall(
      String app, Versioned<Operation> found, Optional<Versioned<Live>> live) {
    var operation = found.value();
    return operation
        .to()
        .flatMap(number -> parts.records().release(app, number))
        .map(release -> new Left(app, found, plan(operation, release, live)));
  }

  private static Plan.Move plan(
      Operation operation, Release release, Optional<Versioned<Live>> live) {
    var fresh =
        switch (operation.kind()) {
          case DEPLOY, ENV, SECRETS, PROMOTE -> true;
          case START -> !operation.from().equals(operation.to());
          case ROLLBACK, SCALE, RESTART, STOP, BACKUP, RESTORE, CANARY, SLEEP, WAKE -> false;
          case PAUSE, RESUME, MAINTENANCE_ON, MAINTENANCE_OFF ->
              throw new IllegalStateException(operation.kind() + " has no journal");
        };
    var now = live.map(found -> found.value().all()).orElse(List.of());
    var switched = operation.stage().switched();
    var before = switched ? live.map(found -> at(found, operation.retiring())) : live;
    var tomorrow = new ArrayList<>(now);
    if (!switched) {
      tomorrow.removeAll(operation.retiring());
      tomorrow.addAll(operation.starting());
    }
    var next =
        Live.of(
            release.number(),
            operation.from(),
            release.scale(),
            release.secrets(),
            switched ? List.of() : tomorrow);
    var move =
        Plan.Move.of(operation.kind(), before, release, next, operation.strategy())
            .saying(operation.message(), List.of());
    return fresh ? move.made(List.of()) : move;
  }

  private static Versioned<Live> at(Versioned<Live> found, List<Placement> instances) {
    return new Versioned<>(found.value().with(Optional.empty()).on(instances), found.revision());
  }

  /// The edge still holds the requests of an app whose old instances had been stopped: they go on
  /// once those run again.
  private void keepHolding(Left left) {
    if (!left.switched()
        && left.plan().strategy() == Strategy.HOLD
        && left.operation().value().stage().compareTo(Stage.HOLDING) >= 0) {
      parts.publisher().hold(left.app());
    }
  }

  /// Those with an operation to undo are revived by its undoing, once the new instances are gone.
  private void revive(List<Left> left) {
    var undone = left.stream().filter(each -> !each.switched()).map(Left::app).toList();
    for (var app : parts.records().apps()) {
      if (!undone.contains(app)) {
        parts.records().live(app).ifPresent(live -> revive(app, live.value()));
      }
    }
  }

  /// One app that cannot be started keeps no other from it, nor the agent.
  private void revive(String app, Live live) {
    try {
      new Revival(parts).revive(app, live);
    } catch (ProblemException | UncheckedIOException e) {
      LOG.log(Level.ERROR, "cannot bring " + app + " back: " + e.getMessage(), e);
    }
  }

  private void endUnknown(Set<String> known) {
    var unknown =
        parts.supervisor().instances().stream()
            .map(Instance::id)
            .filter(id -> !known.contains(id))
            .toList();
    Thread.ofVirtual()
        .name("end unknown instances")
        .start(
            () ->
                Together.each(
                    "end",
                    unknown,
                    id -> {
                      parts.supervisor().stop(id, GRACE);
                      parts.supervisor().remove(id);
                    }));
  }
}
