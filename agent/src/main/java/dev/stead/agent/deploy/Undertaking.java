package dev.stead.agent.deploy;

import dev.stead.agent.deploy.Records.Versioned;
import dev.stead.sdk.AppMode;
import dev.stead.sdk.Code;
import dev.stead.sdk.Event;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import dev.stead.store.Commit.Mutation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// An operation at work, on a thread of its own: carries its plan out or undoes it, and ends with a
/// last event whatever happens to it.
///
/// @param control how it is told to stop
record Undertaking(Workshop parts, String app, EventLog events, Control control) {

  /// A plan, with its journal unless it only stores something, and the lease it is carried out
  /// under.
  record Begun(Plan plan, Optional<Journal> journal, Leases.Held lease) {}

  /// The thread's whole life.
  void run(Runnable work) {
    try {
      new Attempt(work).run().ifPresent(problem -> finish(Optional.of(problem)));
    } catch (Control.Abandoned e) {
      events.abandon();
    }
  }

  /// Carries a new plan out.
  void work(Begun begun) {
    begun.plan().notes().forEach(events::note);
    switch (begun.plan()) {
      case Plan.Store store -> {
        begun.lease().close();
        finish(Optional.empty());
      }
      case Plan.Turn turn -> turn(begun.lease(), turn);
      case Plan.Move move -> {
        sayMode();
        var rollout = rollout(begun, move);
        carryOut(begun, rollout, rollout::run);
      }
    }
  }

  /// One commit, and then the edge is told: an agent that ends in between tells it when it is back.
  private void turn(Leases.Held lease, Plan.Turn turn) {
    Optional<Problem> problem;
    try (lease) {
      problem = new Attempt(() -> tell(turn)).run();
      if (problem.isPresent()) {
        store(turn.origin(), turn.from(), turn.origin().reason() + ": taken back");
        parts.publisher().request();
      }
    }
    finish(problem);
  }

  private void tell(Plan.Turn turn) {
    store(turn.origin(), turn.to(), turn.origin().reason());
    parts.publisher().publish(events, control);
  }

  private void store(Planner.Origin by, AppMode mode, String message) {
    var put = Records.put(Keys.mode(app), new Mode(mode));
    parts.records().commit(app, by.actor(), message, List.of(put));
  }

  /// What no rollout changes, and who looks at the app's address would wonder about.
  private void sayMode() {
    switch (parts.records().mode(app)) {
      case OPEN -> {}
      case PAUSED -> events.note("%s is paused, and stays so: requests wait".formatted(app));
      case MAINTENANCE -> events.note("%s is in maintenance, and stays so".formatted(app));
    }
  }

  /// Goes on with the plan of an earlier agent: finishes it when it had reached its switch, undoes
  /// it when it had not.
  void goOn(Begun begun) {
    var operation = begun.journal().orElseThrow().operation();
    var rollout = rollout(begun, (Plan.Move) begun.plan());
    if (operation.stage().switched()) {
      events.note("the agent was restarted after the switch: finishing");
      control.undoing();
      carryOut(begun, rollout, rollout::resume);
      return;
    }
    events.note("the agent was restarted before the switch: undoing");
    var problem =
        Problem.of(
            Code.AGENT_RESTARTED,
            "%s of %s".formatted(operation.kind().word(), app),
            "the agent ended while it was " + doing(operation.stage()));
    carryOut(begun, rollout, () -> refuse(problem));
  }

  private static void refuse(Problem problem) {
    throw new ProblemException(problem);
  }

  private Rollout rollout(Begun begun, Plan.Move plan) {
    return new Rollout(parts, plan, begun.journal().orElseThrow(), events, control);
  }

  private static String doing(Stage stage) {
    return switch (stage) {
      case PREPARING -> "preparing";
      case INSTALLING -> "running the install step";
      case RELEASE_COMMAND -> "running the release command";
      case HOLDING -> "stopping the old instances";
      case STARTING -> "starting the new instances";
      case SETTLING -> "watching the new instances";
      case SWITCHED, DRAINING, STOPPING, PRUNING, ENDED -> "finishing";
    };
  }

  /// Does the work of a rollout, or undoes it, and writes down how it ended.
  private void carryOut(Begun begun, Rollout rollout, Runnable work) {
    var journal = begun.journal().orElseThrow();
    try {
      var problem =
          new Attempt(work)
              .run()
              .map(
                  failure ->
                      journal.operation().stage().switched() ? failure : undo(rollout, failure));
      end(begun, journal, problem);
      begun.lease().close();
      finish(problem);
    } catch (Control.Abandoned e) {
      begun.lease().abandon();
      throw e;
    } finally {
      begun.lease().close();
    }
  }

  private static Problem undo(Rollout rollout, Problem cause) {
    var another = new Attempt(rollout::undo).run();
    if (another.isEmpty()) {
      return cause;
    }
    var details = new ArrayList<>(cause.details());
    another.ifPresent(problem -> details.add("undoing it met another problem: " + problem.why()));
    return cause.withDetails(details);
  }

  private void end(Begun begun, Journal journal, Optional<Problem> problem) {
    var now = parts.clock().instant();
    if (problem.isEmpty() || journal.operation().stage().switched()) {
      journal.end(new Outcome.Done(now), List.of());
      return;
    }
    var failure = problem.orElseThrow();
    var mutations = new ArrayList<Mutation>();
    if (begun.plan() instanceof Plan.Move move && move.fresh()) {
      var standing = new Standing("failed: " + failure.code(), Optional.empty());
      mutations.add(Records.put(Keys.standing(app, move.release().number()), standing));
    } else {
      // The journal alone is not in the history.
      var act = new Records.Act(journal.operation().kind().word() + " failed: " + failure.code());
      mutations.add(Records.put(Keys.act(app), act));
    }
    journal.end(new Outcome.Undone(now, failure), mutations);
  }

  /// Says how it ended, and what serves now.
  void finish(Optional<Problem> problem) {
    var live = parts.records().live(app).map(Versioned::value);
    var urls = live.filter(found -> !found.stopped()).map(this::urls).orElse(List.of());
    events.append(new Event.Finished(live.map(Live::release), urls, problem));
  }

  private List<String> urls(Live live) {
    return parts.hosts().urls(parts.records().liveRelease(app, live));
  }
}
