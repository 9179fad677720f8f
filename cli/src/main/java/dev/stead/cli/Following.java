package dev.stead.cli;

import dev.stead.cli.Terminal.Feature;
import dev.stead.cli.project.Units;
import dev.stead.sdk.Client;
import dev.stead.sdk.Code;
import dev.stead.sdk.Event;
import dev.stead.sdk.Event.Step;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// An operation of the agent's, printed as it happens until its end.
///
/// The agent owns the operation: a lost connection changes nothing and is taken up again for
/// [#REATTACH]. Ctrl-C before the switch asks for the undo and waits for it; after the switch it
/// lets the operation finish; a second Ctrl-C leaves it alone.
final class Following {
  static final Duration REATTACH = Duration.ofSeconds(30);
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(300);

  private final Surroundings surroundings;
  private final Terminal terminal;
  private final Client client;
  private final String app;
  private final String operation;
  private final Outcome outcome = new Outcome();

  private final AtomicInteger interrupts = new AtomicInteger();
  private final CountDownLatch detached = new CountDownLatch(1);

  // Written by the reading thread, read by the signal's.
  private volatile boolean switched;

  Following(Surroundings surroundings, String app, String operation) throws IOException {
    this.surroundings = surroundings;
    this.terminal = surroundings.terminal();
    this.client = surroundings.client();
    this.app = app;
    this.operation = operation;
  }

  /// How an operation ended.
  ///
  /// @param finished its last event; empty when Ctrl-C left it alone
  /// @param steps what each step took, as text, in order
  record Ended(Optional<Event.Finished> finished, List<String> steps) {
    /// The exit code of a command that was about this operation.
    ExitCode exitCode() {
      if (finished.isEmpty()) {
        return ExitCode.INTERRUPTED;
      }
      return finished.orElseThrow().problem().map(Ended::exitCode).orElse(ExitCode.OK);
    }

    private static ExitCode exitCode(Problem problem) {
      return problem.code().equals(Code.CANCELLED.id())
          ? ExitCode.INTERRUPTED
          : ExitCode.of(problem);
    }
  }

  /// Prints until the end; a problem at the end is printed too.
  Ended toEnd() throws IOException {
    var reader = Thread.ofVirtual().name("events").start(this::read);
    try (var _ = Interrupts.on("INT", this::interrupted)) {
      while (reader.isAlive() && detached.getCount() > 0) {
        reader.join(BETWEEN_TRIES);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while following operation " + operation, e);
    } finally {
      terminal.clearBar();
    }
    return outcome.ended(terminal);
  }

  private void read() {
    var lostSince = new AtomicReference<@Nullable Instant>();
    while (!outcome.finished() && detached.getCount() > 0) {
      try {
        client.events(
            app,
            operation,
            outcome.events(),
            event -> {
              lostSince.set(null);
              outcome.add(event);
              print(event);
            });
      } catch (ProblemException e) {
        outcome.fail(e);
        return;
      } catch (IOException e) {
        var now = surroundings.clock().instant();
        var since = lostSince.get();
        if (since == null) {
          lostSince.set(now);
          terminal.line(terminal.styled(Style.DIM, "  connection lost, reattaching"));
        } else if (now.isAfter(since.plus(REATTACH))) {
          outcome.fail(lost(e));
          return;
        }
        pause();
      }
    }
  }

  private void pause() {
    try {
      var _ = detached.await(BETWEEN_TRIES.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void print(Event event) {
    switch (event) {
      case Event.StepStarted started -> {
        switched |= started.step().compareTo(Step.SWITCH) > 0 && started.step() != Step.UNDO;
        terminal.line(label(started.step()) + started.text());
      }
      case Event.StepEnded ended -> {
        switched |= ended.step() == Step.SWITCH;
        if (ended.took().toMillis() >= 1000 || !terminal.can(Feature.BARS)) {
          terminal.line(
              label(ended.step())
                  + terminal.styled(Style.DIM, "took " + Units.durationText(ended.took())));
        }
      }
      case Event.Note note -> terminal.line(" ".repeat(LABEL) + note.text());
      case Event.Output output ->
          terminal.line(" ".repeat(LABEL) + terminal.styled(Style.DIM, "| " + output.line()));
      case Event.Finished _ -> {}
    }
  }

  private static final int LABEL = 12;

  private String label(Step step) {
    return label(terminal, name(step));
  }

  /// The word at the left of a line that says what is being done.
  static String label(Terminal terminal, String word) {
    return terminal.styled(Style.CYAN, word) + " ".repeat(Math.max(1, LABEL - word.length()));
  }

  static String name(Step step) {
    return switch (step) {
      case RELEASE_COMMAND -> "release";
      default -> step.name().toLowerCase(Locale.ROOT);
    };
  }

  private void interrupted() {
    if (interrupts.incrementAndGet() > 1) {
      terminal.line("Leaving; the operation goes on by itself. See `stead status`.");
      detached.countDown();
      return;
    }
    if (switched) {
      terminal.line(
          "The switch has happened: letting it finish. Ctrl-C again leaves it to itself.");
      return;
    }
    terminal.line("Cancelling, and waiting for the undo. Ctrl-C again leaves it to itself.");
    // The answer comes as an event; a signal's thread should not wait for the agent.
    Thread.ofVirtual().name("cancel").start(this::cancel);
  }

  private void cancel() {
    try {
      client.cancel(app, operation);
    } catch (IOException | ProblemException e) {
      terminal.error("could not cancel: " + e.getMessage());
    }
  }

  private ProblemException lost(IOException cause) {
    return new ProblemException(
        Problem.of(
            Code.CONNECTION_LOST,
            "following operation %s of %s".formatted(operation, app),
            String.valueOf(cause.getMessage())),
        cause);
  }

  /// What has been read so far. Written by the reading thread.
  private static final class Outcome {
    private final List<String> steps = new ArrayList<>();
    private int events;
    private Event.@Nullable Finished last;
    private @Nullable ProblemException failure;

    synchronized void add(Event event) {
      events++;
      if (event instanceof Event.StepEnded ended) {
        steps.add(name(ended.step()) + " " + Units.durationText(ended.took()));
      }
      if (event instanceof Event.Finished finished) {
        last = finished;
      }
    }

    synchronized void fail(ProblemException e) {
      failure = e;
    }

    synchronized int events() {
      return events;
    }

    synchronized boolean finished() {
      return last != null;
    }

    synchronized Ended ended(Terminal terminal) {
      if (failure != null) {
        throw failure;
      }
      var finished = Optional.ofNullable(last);
      finished.flatMap(Event.Finished::problem).ifPresent(terminal::problem);
      return new Ended(finished, List.copyOf(steps));
    }
  }
}
