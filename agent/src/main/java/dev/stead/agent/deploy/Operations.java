package dev.stead.agent.deploy;

import dev.stead.agent.deploy.Records.Versioned;
import dev.stead.agent.deploy.Undertaking.Begun;
import dev.stead.sdk.Answers;
import dev.stead.sdk.Code;
import dev.stead.sdk.Event;
import dev.stead.sdk.Event.Step;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import dev.stead.sdk.RolloutConfig.Strategy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
  // By operation. Each is here before its journal can be read: whoever sees it there may ask for
  // its events, or cancel it, at once.
  private final Map<String, Undertaking> undertakings = new ConcurrentHashMap<>();
  private final Map<String, Thread> threads = new ConcurrentHashMap<>();

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

  /// Begins an operation. Refusals are thrown as long as nobody has to wait.
  Answers.Started begin(Wish wish) {
    var operation = operation(wish);
    var undertaking = undertaking(wish.app(), operation);
    var begun = false;
    try {
      var release = begin(wish, operation, undertaking);
      begun = true;
      return new Answers.Started(operation.id(), release);
    } finally {
      if (!begun) {
        discard(operation.id(), undertaking);
      }
    }
  }

  private Optional<Integer> begin(Wish wish, Operation operation, Undertaking undertaking) {
    Leases.Held lease;
    try {
      lease = leases.take(claim(wish.app(), operation), undertaking.control());
    } catch (ProblemException e) {
      if (wish.waitFor().isEmpty()) {
        throw e;
      }
      beginWaiting(wish, operation, undertaking, e.problem());
      return Optional.empty();
    }
    var begun = plan(wish, operation, lease);
    launch(operation, undertaking, () -> undertaking.work(begun));
    return release(begun.plan());
  }

  private void beginWaiting(Wish wish, Operation operation, Undertaking undertaking, Problem held) {
    var events = undertaking.events();
    launch(
        operation,
        undertaking,
        () -> {
          var waited = Elapsed.start();
          events.append(new Event.StepStarted(Step.WAIT, "waiting: " + held.why()));
          var lease =
              leases.await(
                  claim(wish.app(), operation),
                  undertaking.control(),
                  wish.waitFor().orElseThrow());
          events.append(new Event.StepEnded(Step.WAIT, waited.time()));
          undertaking.work(plan(wish, operation, lease));
        });
  }

  private Begun plan(Wish wish, Operation operation, Leases.Held lease) {
    var begun = false;
    try {
      var plan = wish.planner().get();
      var journal = begin(wish, operation, plan);
      begun = true;
      return new Begun(plan, journal, lease);
    } finally {
      if (!begun) {
        lease.close();
      }
    }
  }

  private Optional<Journal> begin(Wish wish, Operation operation, Plan plan) {
    return switch (plan) {
      case Plan.Store store -> {
        if (!store.mutations().isEmpty()) {
          parts.records().commit(wish.app(), wish.actor(), wish.kind().word(), store.mutations());
        }
        yield Optional.empty();
      }
      case Plan.Turn turn -> Optional.empty();
      case Plan.Move move ->
          Optional.of(
              Journal.begin(parts.records(), wish.app(), with(operation, move), move.first()));
    };
  }

  private Operation operation(Wish wish) {
    return new Operation(
        leases.newOwner(wish.app()),
        wish.kind(),
        Stage.PREPARING,
        Optional.empty(),
        Optional.empty(),
        Strategy.ROLLING,
        List.of(),
        List.of(),
        wish.actor(),
        parts.clock().instant(),
        Optional.empty(),
        Optional.empty());
  }

  private static Operation with(Operation bare, Plan.Move move) {
    return new Operation(
        bare.id(),
        bare.kind(),
        bare.stage(),
        move.before().map(before -> before.value().release()),
        Optional.of(move.release().number()),
        move.strategy(),
        move.starting(),
        move.retiring(),
        bare.actor(),
        bare.startedAt(),
        move.remark(),
        Optional.empty());
  }

  /// Goes on with what an earlier agent left under way: undoes it when it had not reached its
  /// switch, finishes it when it had.
  void resume(String app, Versioned<Operation> found, Plan.Move plan) {
    var operation = found.value();
    var undertaking = undertaking(app, operation);
    var lease = leases.take(claim(app, operation), undertaking.control());
    var journal = Journal.resume(parts.records(), app, found);
    var begun = new Begun(plan, Optional.of(journal), lease);
    launch(operation, undertaking, () -> undertaking.goOn(begun));
  }

  private static Leases.Claim claim(String app, Operation operation) {
    return new Leases.Claim(app, operation.id(), operation.kind().word(), operation.actor());
  }

  private Undertaking undertaking(String app, Operation operation) {
    var made = new Undertaking(parts, app, EventLog.open(file(operation.id())), new Control());
    undertakings.put(operation.id(), made);
    return made;
  }

  /// Takes back what was refused before it began.
  private void discard(String id, Undertaking undertaking) {
    undertaking.events().abandon();
    undertakings.remove(id);
    try {
      Files.delete(file(id));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete %s: %s".formatted(file(id), e), e);
    }
  }

  private void launch(Operation operation, Undertaking undertaking, Runnable work) {
    var id = operation.id();
    var thread =
        Thread.ofVirtual()
            .name("operation " + id)
            .unstarted(
                () -> {
                  try {
                    undertaking.run(work);
                  } finally {
                    undertaking.events().abandon();
                    threads.remove(id);
                    undertakings.remove(id);
                  }
                });
    threads.put(id, thread);
    thread.start();
  }

  private static Optional<Integer> release(Plan plan) {
    return switch (plan) {
      case Plan.Store store -> Optional.empty();
      case Plan.Turn turn -> Optional.empty();
      case Plan.Move move -> Optional.of(move.release().number());
    };
  }

  /// @throws ProblemException when the app has no such operation
  void follow(String app, String id, int from, Consumer<Event> each) throws InterruptedException {
    if (!id.startsWith(app + "-") || id.lastIndexOf('-') != app.length()) {
      throw unknown(id);
    }
    var under = undertakings.get(id);
    if (under != null) {
      under.events().follow(from, each);
      return;
    }
    var file = file(id);
    if (!id.matches("[a-z0-9][a-z0-9.-]{0,99}") || Files.notExists(file)) {
      throw unknown(id);
    }
    EventLog.replay(file, from, each);
  }

  private static ProblemException unknown(String id) {
    return new ProblemException(
        Problem.of(Code.NOT_FOUND, "reading the events of " + id, "there is no such operation"));
  }

  void cancel(String app, String id) {
    var under = undertakings.get(id);
    if (under != null && under.app().equals(app)) {
      under.control().cancel();
    } else if (!id.matches("[a-z0-9][a-z0-9.-]{0,99}") || Files.notExists(file(id))) {
      throw new ProblemException(
          Problem.of(Code.NOT_FOUND, "cancelling " + id, "there is no such operation"));
    }
  }

  /// Gives a last event to the operations of earlier agents that have none and do not go on.
  void endForgotten() {
    try (var files = Files.newDirectoryStream(Files.createDirectories(directory), "*.ndjson")) {
      for (var file : files) {
        var id = file.getFileName().toString().replace(".ndjson", "");
        if (!undertakings.containsKey(id) && !EventLog.finished(file)) {
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
    new Undertaking(parts, app, EventLog.open(file), new Control()).finish(problem);
  }

  /// Leaves all operations where they are.
  void close() {
    undertakings.values().forEach(each -> each.control().abandon());
    var left = List.copyOf(threads.values());
    left.forEach(Thread::interrupt);
    try {
      for (var thread : left) {
        thread.join(CLOSING.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Path file(String id) {
    return directory.resolve(id + ".ndjson");
  }
}
