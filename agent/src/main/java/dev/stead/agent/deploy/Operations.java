package dev.stead.agent.deploy;

import dev.stead.agent.deploy.Records.Versioned;
import dev.stead.sdk.Answers;
import dev.stead.sdk.Code;
import dev.stead.sdk.Event;
import dev.stead.sdk.Event.Step;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import dev.stead.sdk.RolloutConfig.Strategy;
import dev.stead.store.Commit.Mutation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// The operations under way, one thread each, and the events of all there were. An operation takes
/// the app's lease, makes its plan under it, carries it out, and ends with a last event, whatever
/// happens to it.
final class Operations {
  private static final Duration CLOSING = Duration.ofSeconds(5);

  private final Workshop parts;
  private final Leases leases;
  private final Path directory;
  private final Map<String, Running> running = new ConcurrentHashMap<>();

  Operations(Workshop parts, Leases leases, Path directory) {
    this.parts = parts;
    this.leases = leases;
    this.directory = directory;
  }

  /// What somebody wants done.
  ///
  /// @param waitFor how long to wait for the lease; empty = be refused at once
  /// @param planner decides what to do, called under the lease
  record Wish(
      String app, Kind kind, String actor, Optional<Duration> waitFor, Supplier<Plan> planner) {}

  private record Running(
      String app, Operation operation, EventLog events, Control control, Thread thread) {}

  /// An operation with its plan and the lease that it holds.
  private record Begun(Plan plan, Optional<Journal> journal, Leases.Held lease) {}

  // ── beginning ──

  /// Begins an operation. Refusals are thrown as long as nobody has to wait.
  Answers.Started begin(Wish wish) {
    var operation = operation(wish);
    var control = new Control();
    Leases.Held lease;
    try {
      lease = leases.take(wish.app(), operation, control);
    } catch (ProblemException e) {
      if (wish.waitFor().isEmpty()) {
        throw e;
      }
      return beginWaiting(wish, operation, control, e.problem());
    }
    var begun = plan(wish, operation, lease);
    var events = events(operation.id());
    launch(wish.app(), operation, events, control, () -> work(wish.app(), begun, events, control));
    return new Answers.Started(operation.id(), release(begun.plan()));
  }

  private Answers.Started beginWaiting(
      Wish wish, Operation operation, Control control, Problem held) {
    var events = events(operation.id());
    launch(
        wish.app(),
        operation,
        events,
        control,
        () -> {
          var waited = Elapsed.start();
          events.append(new Event.StepStarted(Step.WAIT, "waiting: " + held.why()));
          var lease = leases.await(wish.app(), operation, control, wish.waitFor().orElseThrow());
          events.append(new Event.StepEnded(Step.WAIT, waited.time()));
          work(wish.app(), plan(wish, operation, lease), events, control);
        });
    return new Answers.Started(operation.id(), Optional.empty());
  }

  private Begun plan(Wish wish, Operation operation, Leases.Held lease) {
    try {
      var plan = wish.planner().get();
      return switch (plan) {
        case Plan.Store store -> {
          if (!store.mutations().isEmpty()) {
            parts.records().commit(wish.app(), wish.actor(), wish.kind().word(), store.mutations());
          }
          yield new Begun(store, Optional.empty(), lease);
        }
        case Plan.Move move ->
            new Begun(
                move,
                Optional.of(
                    Journal.begin(
                        parts.records(), wish.app(), with(operation, move), move.first())),
                lease);
      };
    } catch (RuntimeException e) {
      lease.close();
      throw e;
    }
  }

  private Operation operation(Wish wish) {
    return new Operation(
        wish.app() + "-" + parts.instances().letters(8),
        wish.kind(),
        Stage.PREPARING,
        Optional.empty(),
        Optional.empty(),
        Strategy.ROLLING,
        List.of(),
        List.of(),
        wish.actor(),
        parts.clock().instant(),
        Optional.empty());
  }

  private static Operation with(Operation bare, Plan.Move move) {
    return new Operation(
        bare.id(),
        bare.kind(),
        Stage.PREPARING,
        move.before().map(before -> before.value().release()),
        Optional.of(move.next().release()),
        move.strategy(),
        move.starting(),
        move.retiring(),
        bare.actor(),
        bare.startedAt(),
        Optional.empty());
  }

  /// Goes on with what an earlier agent left under way: undoes it when it had not reached its
  /// switch, finishes it when it had.
  void resume(String app, Versioned<Operation> found, Plan.Move plan) {
    var operation = found.value();
    var control = new Control();
    var lease = leases.take(app, operation, control);
    var journal = Journal.resume(parts.records(), app, found);
    var events = events(operation.id());
    var begun = new Begun(plan, Optional.of(journal), lease);
    launch(app, operation, events, control, () -> goOn(app, begun, events, control));
  }

  private void launch(
      String app, Operation operation, EventLog events, Control control, Runnable work) {
    var thread =
        Thread.ofVirtual()
            .name("operation " + operation.id())
            .unstarted(() -> guard(app, operation.id(), events, work));
    running.put(operation.id(), new Running(app, operation, events, control, thread));
    thread.start();
  }

  // ── the operation's thread ──

  /// The thread's top: nothing that happens in an operation leaves it without a last event.
  private void guard(String app, String id, EventLog events, Runnable work) {
    try {
      work.run();
    } catch (Control.Abandoned e) {
      events.abandon();
    } catch (RuntimeException e) {
      finished(app, events, Optional.of(problem(e)));
    } finally {
      running.remove(id);
    }
  }

  private void work(String app, Begun begun, EventLog events, Control control) {
    begun.plan().notes().forEach(events::note);
    switch (begun.plan()) {
      case Plan.Store store -> {
        begun.lease().close();
        finished(app, events, Optional.empty());
      }
      case Plan.Move move -> {
        var journal = begun.journal().orElseThrow();
        var rollout = new Rollout(parts, move, journal, events, control);
        carryOut(app, begun, events, rollout, rollout::run);
      }
    }
  }

  private void goOn(String app, Begun begun, EventLog events, Control control) {
    var journal = begun.journal().orElseThrow();
    var rollout = new Rollout(parts, (Plan.Move) begun.plan(), journal, events, control);
    if (journal.operation().stage().switched()) {
      events.note("the agent was restarted after the switch: finishing");
      control.undoing();
      carryOut(app, begun, events, rollout, rollout::resume);
    } else {
      events.note("the agent was restarted before the switch: undoing");
      var what = "%s of %s".formatted(journal.operation().kind().word(), app);
      var problem =
          Problem.of(Code.AGENT_RESTARTED, what, "the agent ended while it was " + doing(journal));
      carryOut(
          app,
          begun,
          events,
          rollout,
          () -> {
            throw new ProblemException(problem);
          });
    }
  }

  private static String doing(Journal journal) {
    return switch (journal.operation().stage()) {
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
  private void carryOut(String app, Begun begun, EventLog events, Rollout rollout, Runnable work) {
    var journal = begun.journal().orElseThrow();
    var lease = begun.lease();
    try {
      Optional<Problem> problem = Optional.empty();
      try {
        work.run();
      } catch (Control.Abandoned e) {
        throw e;
      } catch (RuntimeException e) {
        problem = Optional.of(problem(e));
        if (!journal.operation().stage().switched()) {
          problem = Optional.of(undo(rollout, problem.get()));
        }
      }
      end(app, begun, problem);
      lease.close();
      finished(app, events, problem);
    } catch (Control.Abandoned e) {
      lease.abandon();
      throw e;
    } finally {
      lease.close();
    }
  }

  private static Problem undo(Rollout rollout, Problem cause) {
    try {
      rollout.undo();
      return cause;
    } catch (Control.Abandoned e) {
      throw e;
    } catch (RuntimeException e) {
      var details = new ArrayList<>(cause.details());
      details.add("undoing it met another problem: " + problem(e).why());
      return cause.withDetails(details);
    }
  }

  private void end(String app, Begun begun, Optional<Problem> problem) {
    var journal = begun.journal().orElseThrow();
    var now = parts.clock().instant();
    if (problem.isEmpty() || journal.operation().stage().switched()) {
      journal.end(new Outcome.Done(now), List.of());
      return;
    }
    var mutations = new ArrayList<Mutation>();
    if (begun.plan() instanceof Plan.Move move && move.fresh()) {
      mutations.add(
          Records.put(
              Records.standingKey(app, move.release().number()),
              new Standing("failed: " + problem.get().code(), Optional.empty())));
    }
    journal.end(new Outcome.Undone(now, problem.get()), mutations);
  }

  private void finished(String app, EventLog events, Optional<Problem> problem) {
    var live = parts.records().live(app).map(Versioned::value);
    var urls =
        live.filter(found -> !found.stopped())
            .map(
                found ->
                    Routes.urls(parts.records().liveRelease(app, found).config(), parts.httpPort()))
            .orElse(List.of());
    events.append(new Event.Finished(live.map(Live::release), urls, problem));
  }

  private static Problem problem(RuntimeException e) {
    if (e instanceof ProblemException refused) {
      return refused.problem();
    }
    return Problem.of(Code.INTERNAL, "the operation", String.valueOf(e))
        .withDetails(
            List.of(e.getStackTrace()).stream().limit(10).map(frame -> "at " + frame).toList());
  }

  private static Optional<Integer> release(Plan plan) {
    return switch (plan) {
      case Plan.Store store -> Optional.empty();
      case Plan.Move move -> Optional.of(move.next().release());
    };
  }

  // ── watching ──

  void follow(String id, int from, Consumer<Event> each) throws InterruptedException {
    var under = running.get(id);
    if (under != null) {
      under.events().follow(from, each);
      return;
    }
    var file = file(id);
    if (!id.matches("[a-z0-9-]{1,60}") || Files.notExists(file)) {
      throw new ProblemException(
          Problem.of(Code.NOT_FOUND, "reading the events of " + id, "there is no such operation"));
    }
    EventLog.replay(file, from, each);
  }

  void cancel(String app, String id) {
    var under = running.get(id);
    if (under != null && under.app().equals(app)) {
      under.control().cancel();
    } else if (!id.matches("[a-z0-9-]{1,60}") || Files.notExists(file(id))) {
      throw new ProblemException(
          Problem.of(Code.NOT_FOUND, "cancelling " + id, "there is no such operation"));
    }
  }

  /// The operation that holds the app's lease, with the step it is at.
  Optional<Operation> underWay(String app) {
    return parts
        .records()
        .operation(app)
        .map(Versioned::value)
        .filter(operation -> operation.outcome().isEmpty());
  }

  /// Gives a last event to the operations of earlier agents that have none and do not go on.
  void endForgotten() {
    try (var files = Files.newDirectoryStream(Files.createDirectories(directory), "*.ndjson")) {
      for (var file : files) {
        var id = file.getFileName().toString().replace(".ndjson", "");
        if (!running.containsKey(id) && !EventLog.finished(file)) {
          endForgotten(file, id);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + directory + ": " + e.getMessage(), e);
    }
  }

  private void endForgotten(Path file, String id) {
    var app = id.substring(0, id.lastIndexOf('-'));
    var ended =
        parts
            .records()
            .operation(app)
            .map(Versioned::value)
            .filter(operation -> operation.id().equals(id))
            .flatMap(Operation::outcome);
    var problem =
        ended.isPresent()
            ? ended
                .filter(Outcome.Undone.class::isInstance)
                .map(outcome -> ((Outcome.Undone) outcome).problem())
            : Optional.of(
                Problem.of(Code.AGENT_RESTARTED, "operation " + id, "the agent ended meanwhile"));
    finished(app, EventLog.open(file), problem);
  }

  /// Leaves all operations where they are.
  void close() {
    var left = List.copyOf(running.values());
    for (var operation : left) {
      operation.control().abandon();
      operation.thread().interrupt();
    }
    try {
      for (var operation : left) {
        operation.thread().join(CLOSING);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private EventLog events(String id) {
    return EventLog.open(file(id));
  }

  private Path file(String id) {
    return directory.resolve(id + ".ndjson");
  }
}
