package dev.stead.agent.deploy;

import dev.stead.agent.supervisor.Access;
import dev.stead.sdk.Code;
import dev.stead.sdk.Event;
import dev.stead.sdk.Event.Step;
import dev.stead.sdk.ProblemException;
import dev.stead.sdk.ProcessConfig;
import dev.stead.sdk.RolloutConfig.Strategy;
import dev.stead.store.Commit.Mutation;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// The move from the instances of today to those of tomorrow: prepare, start the new ones, see that
/// they are well, switch, drain the old ones, stop them, prune. Every operation that touches
/// instances is one of these, be it a deploy, a rollback, a scale or a stop.
///
/// Before each step the [Journal] says what is about to be done. Whatever fails before the switch
/// leaves what served before serving, by [#undo]; from the switch on there is only forward. Runs on
/// the operation's own thread.
final class Rollout {
  private final Workshop parts;
  private final Plan.Move plan;
  private final Journal journal;
  private final EventLog events;
  private final Control control;
  private final String app;
  private final Release release;
  private final Gate gate;

  Rollout(Workshop parts, Plan.Move plan, Journal journal, EventLog events, Control control) {
    this.parts = parts;
    this.plan = plan;
    this.journal = journal;
    this.events = events;
    this.control = control;
    this.release = plan.release();
    this.app = release.app();
    this.gate = new Gate(parts.instances(), release, events, control);
  }

  /// Goes through all steps.
  ///
  /// @throws ProblemException why it failed, before the switch; the caller undoes it
  void run() {
    if (plan.fresh() || !plan.starting().isEmpty()) {
      prepare();
    }
    if (plan.fresh()) {
      install();
      runReleaseCommand();
    }
    if (plan.strategy() == Strategy.HOLD) {
      hold();
    }
    plan.volume().ifPresent(this::workOnVolume);
    if (!plan.starting().isEmpty()) {
      start();
      if (plan.kind() != Kind.WAKE) {
        settle();
      }
    }
    makeSwitch();
    retire();
  }

  /// Goes on after the switch, for an agent that was started again there. Every step may be done
  /// twice.
  void resume() {
    parts.publisher().publish(events, control);
    retire();
  }

  private void retire() {
    drain();
    stopOld();
    prune();
  }

  private void prepare() {
    journal.advance(Stage.PREPARING);
    step(Step.PREPARE, "preparing " + title(), () -> preparation().prepare(release));
  }

  private void install() {
    release
        .config()
        .install()
        .ifPresent(
            command -> {
              journal.advance(Stage.INSTALLING);
              step(Step.INSTALL, "installing: " + command, () -> install(command));
            });
  }

  private void install(String line) {
    var directory = parts.instances().directory(release);
    var installs = new Install(parts.bundles(), preparation());
    var copied = installs.takeOver(release, directory, parts.records().releases(app).reversed());
    copied.ifPresentOrElse(
        count ->
            events.note(
                "command and lock files are unchanged: %d files taken over".formatted(count)),
        () -> {
          run(
              "the install step",
              line,
              parts.instances().accessOfInstall(release),
              Code.INSTALL_FAILED);
          installs.record(release, directory);
        });
  }

  private void runReleaseCommand() {
    release
        .config()
        .releaseCommand()
        .ifPresent(
            command -> {
              journal.advance(Stage.RELEASE_COMMAND);
              step(
                  Step.RELEASE_COMMAND,
                  "running the release command: " + command,
                  () ->
                      run(
                          "the release command",
                          command,
                          parts.instances().access(release),
                          Code.RELEASE_COMMAND_FAILED));
            });
  }

  private void run(String name, String line, Access access, Code failure) {
    new Commands(parts.supervisor(), events, control)
        .run(
            new Commands.Command(
                name,
                line,
                parts.instances().directory(release),
                parts.environment().of(release, running().secrets(), running().previous()),
                access,
                release.config().rollout().releaseTimeout(),
                failure));
  }

  /// Requests wait at the edge while the old instances end, since old and new cannot run together.
  private void hold() {
    if (plan.retiring().isEmpty()) {
      return;
    }
    control.check();
    journal.advance(Stage.HOLDING);
    step(
        Step.HOLD,
        "holding requests and stopping " + count(plan.retiring()) + former(),
        () -> {
          parts.publisher().hold(app);
          parts.publisher().publish(events, control);
          parts.publisher().awaitDrained(targets(plan.retiring()), control);
          stop(plan.retiring());
        });
  }

  private void workOnVolume(String volume) {
    control.check();
    var restores = plan.kind() == Kind.RESTORE;
    step(
        Step.VOLUME,
        "%s volume %s".formatted(restores ? "replacing" : "copying", volume),
        () -> {
          if (restores) {
            parts.volumes().swap(app, volume);
          } else {
            parts.volumes().snapshot(app, volume);
          }
        });
  }

  /// Web first: workers of a release whose web part does not come up are never started. Those that
  /// may not overlap with the old ones come last.
  private void start() {
    control.check();
    journal.advance(Stage.STARTING);
    step(
        Step.START,
        "starting " + count(plan.starting()),
        () -> {
          var web = Gate.ofWeb(plan.starting());
          launch(web);
          var others = new ArrayList<>(plan.starting());
          others.removeAll(web);
          var alone = others.stream().filter(this::runsAlone).toList();
          others.removeAll(alone);
          launch(others);
          makeWayFor(alone);
          launch(alone);
        });
  }

  private void launch(List<Placement> placements) {
    for (var placement : placements) {
      control.check();
      parts.instances().start(placement, release, running());
    }
    gate.awaitReady(placements);
  }

  /// How the release is to run that this is about.
  private Live running() {
    return plan.next().as(release.number());
  }

  private boolean runsAlone(Placement placement) {
    return !Instances.process(release, placement).overlap();
  }

  private void makeWayFor(List<Placement> alone) {
    var types = new TreeSet<>(alone.stream().map(Placement::process).toList());
    var old = plan.retiring().stream().filter(each -> types.contains(each.process())).toList();
    if (!old.isEmpty() && plan.strategy() != Strategy.HOLD) {
      events.note(
          "stopping the old %s first (overlap = false)".formatted(String.join(", ", types)));
      stop(old);
    }
  }

  private void settle() {
    control.check();
    journal.advance(Stage.SETTLING);
    var length = release.config().rollout().settle();
    step(
        Step.SETTLE,
        "watching them for " + Elapsed.text(length),
        () -> gate.settle(plan.starting()));
  }

  private void makeSwitch() {
    control.commit();
    step(
        Step.SWITCH,
        switchText(),
        () -> {
          journal.switchTo(plan.next(), plan.before(), standings());
          parts.publisher().unhold(app);
          try {
            parts.publisher().publish(events, control);
          } catch (ProblemException e) {
            journal.switchBack(plan.before().map(Records.Versioned::value));
            throw e;
          }
        });
  }

  private void drain() {
    journal.advance(Stage.DRAINING);
    var targets = targets(plan.retiring());
    if (targets.isEmpty() || plan.strategy() == Strategy.HOLD) {
      return;
    }
    step(
        Step.DRAIN,
        "draining " + count(plan.retiring()) + former(),
        () -> parts.publisher().awaitDrained(targets, control));
  }

  private void stopOld() {
    journal.advance(Stage.STOPPING);
    if (plan.retiring().isEmpty()) {
      return;
    }
    step(
        Step.STOP,
        "stopping " + count(plan.retiring()) + former(),
        () -> {
          stop(plan.retiring());
          plan.retiring().forEach(parts.instances()::remove);
        });
  }

  private void prune() {
    journal.advance(Stage.PRUNING);
    if (plan.kind() == Kind.RESTORE) {
      parts.volumes().keep(app);
    }
    var pruned = parts.pruning().prune(app);
    if (!pruned.isEmpty()) {
      events.note("removed the files of " + String.join(", ", pruned));
    }
  }

  /// Brings back what was before: ends the new instances, starts the old ones that had to make way,
  /// lets held requests go on. May be done again: this is also how a restarted agent undoes.
  void undo() {
    control.undoing();
    step(
        Step.UNDO,
        "undoing " + journal.operation().kind().word(),
        () -> {
          stop(plan.starting());
          plan.starting().forEach(parts.instances()::remove);
          if (plan.kind() == Kind.RESTORE) {
            parts.volumes().takeBack(app);
          }
          if (plan.fresh()) {
            parts.bundles().remove(app, release.number());
          }
          plan.before().map(Records.Versioned::value).ifPresent(this::bringBack);
          parts.publisher().unhold(app);
          parts.publisher().publish(events, control);
        });
  }

  private void bringBack(Live before) {
    var old = parts.records().liveRelease(app, before);
    var started = new Revival(parts).revive(app, before);
    if (started.isEmpty()) {
      return;
    }
    events.note("started %s of v%d again".formatted(count(started), old.number()));
    if (!new Gate(parts.instances(), old, events, control).awaitBack(started)) {
      events.note("v%d does not answer yet; it is being restarted".formatted(old.number()));
    }
  }

  private void step(Step step, String text, Runnable work) {
    var took = Elapsed.start();
    events.append(new Event.StepStarted(step, text));
    work.run();
    events.append(new Event.StepEnded(step, took.time()));
  }

  private void stop(List<Placement> placements) {
    Together.each(
        "stop " + app,
        placements,
        placement -> parts.instances().stop(placement, process(placement)).ifPresent(events::note));
  }

  private ProcessConfig process(Placement placement) {
    return Instances.process(
        placement.release() == release.number()
            ? release
            : parts.records().release(app, placement.release()).orElseThrow(),
        placement);
  }

  private Preparation preparation() {
    return new Preparation(parts, events);
  }

  private List<Mutation> standings() {
    var mutations = new ArrayList<>(plan.along());
    mutations.addAll(Canaries.standings(app, plan));
    return mutations;
  }

  private String switchText() {
    var canary = plan.next().canary().filter(found -> found.release() == release.number());
    if (canary.isPresent()) {
      return "giving %s to %d %% of the visitors"
          .formatted(title(), canary.orElseThrow().percent());
    }
    if (plan.next().release() != release.number()) {
      return "giving v%d to all visitors again".formatted(plan.next().release());
    }
    if (plan.next().asleep()) {
      return "letting %s sleep until the next request".formatted(app);
    }
    if (plan.next().stopped()) {
      return "taking " + app + " out of service";
    }
    return "switching to " + title();
  }

  private String title() {
    return "%s v%d".formatted(app, release.number());
  }

  private String former() {
    return " of v" + plan.retiring().getFirst().release();
  }

  private static String count(List<Placement> placements) {
    return placements.size() == 1
        ? placements.getFirst().label()
        : placements.size() + " instances";
  }

  private static List<String> targets(List<Placement> placements) {
    return placements.stream().filter(each -> each.port().isPresent()).map(Placement::id).toList();
  }
}
