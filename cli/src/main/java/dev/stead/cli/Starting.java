package dev.stead.cli;

import dev.stead.cli.local.Home;
import dev.stead.cli.local.Keeper;
import dev.stead.cli.local.Port;
import dev.stead.cli.local.Settings;
import dev.stead.sdk.Answers;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// The start of Stead on this machine: choose a port, start the keeper, wait until agent and edge
/// answer.
final class Starting {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);
  private static final int LOG_LINES = 20;

  private final Surroundings surroundings;
  private final Terminal terminal;
  private final Home home;

  Starting(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.terminal = surroundings.terminal();
    this.home = surroundings.home();
  }

  /// Whether Stead ran before, or was started now.
  enum Found {
    RUNNING,
    STARTED
  }

  /// The ports that the user asked for.
  record Ports(Optional<Integer> http, Optional<Integer> https) {}

  /// Makes sure that Stead runs.
  Found ensure(Ports wanted) throws IOException {
    var running = status();
    if (running.isPresent()) {
      alreadyRuns(running.orElseThrow(), wanted);
      return Found.RUNNING;
    }
    var keeper = new Keeper(home);
    var left = keeper.processes();
    if (left.isEmpty()) {
      var settings = Settings.read(home);
      settings
          .with(port(wanted.http().orElse(settings.port())), httpsPort(wanted, settings))
          .write(home);
    }
    var status = await(keeper.start(distribution()));
    terminal.line(
        "Stead runs on %s (home: %s)".formatted(EdgePorts.text(status.edge()), home.path()));
    return Found.STARTED;
  }

  private void alreadyRuns(Answers.Status status, Ports wanted) {
    agrees(wanted.http(), status, status.edge().httpPort(), "--port");
    agrees(wanted.https(), status, status.edge().httpsPort(), "--https-port");
    terminal.line("Stead runs here already, on %s".formatted(EdgePorts.text(status.edge())));
  }

  private static void agrees(
      Optional<Integer> wanted, Answers.Status status, int port, String option) {
    if (wanted.isPresent() && wanted.orElseThrow() != port) {
      throw new ProblemException(
          new Problem(
              Code.USAGE.id(),
              "starting Stead on port " + wanted.orElseThrow(),
              "Stead runs here already, on " + EdgePorts.text(status.edge()),
              "Run `stead down` first, or leave %s out.".formatted(option),
              List.of()));
    }
  }

  /// Where https is served: as asked for now or before, by default nowhere.
  private static Optional<Integer> httpsPort(Ports wanted, Settings settings) throws IOException {
    var chosen = wanted.https().or(settings::httpsPort);
    if (chosen.isPresent()) {
      int number = chosen.orElseThrow();
      var refusal = new Port(number).refusal();
      if (refusal.isPresent()) {
        throw new ProblemException(
            new Problem(
                Code.PORT_TAKEN.id(),
                "serving https on port " + number,
                refusal.orElseThrow(),
                "End that program, or choose another port with `stead up --https-port`.",
                List.of()));
      }
    }
    return chosen;
  }

  /// This port, or another one that the user agrees to.
  private int port(int number) throws IOException {
    var port = new Port(number);
    var refusal = port.refusal();
    if (refusal.isEmpty()) {
      return number;
    }
    var free = port.nextFree();
    if (free.isPresent()
        && terminal.confirms("%s. Use %d?".formatted(refusal.orElseThrow(), free.getAsInt()))) {
      return free.getAsInt();
    }
    throw new ProblemException(
        new Problem(
            Code.PORT_TAKEN.id(),
            "starting Stead on port " + number,
            refusal.orElseThrow(),
            free.isPresent()
                ? "Run `stead up --port %d`, or end that program.".formatted(free.getAsInt())
                : "End that program, or choose another port with `stead up --port`.",
            List.of()));
  }

  private Path distribution() {
    return surroundings
        .distribution()
        .orElseThrow(
            () ->
                new ProblemException(
                    new Problem(
                        Code.NOT_STARTED.id(),
                        "starting Stead",
                        "this command line does not belong to a distribution",
                        "Start it as bin/stead of a distribution, or as ./stead of a checkout.",
                        List.of())));
  }

  private Answers.Status await(Process keeper) throws IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    var why = "neither answered within " + PATIENCE.toSeconds() + " s";
    while (System.nanoTime() < deadline) {
      var status = status();
      if (status.isPresent() && status.orElseThrow().edge().up()) {
        return status.orElseThrow();
      }
      if (status.isPresent()) {
        why =
            "the edge does not answer: "
                + status.orElseThrow().edge().why().orElse("no cause known");
      }
      pause(keeper);
    }
    throw new ProblemException(
        Problem.of(Code.NOT_STARTED, "starting agent and edge", why).withDetails(logTails()));
  }

  /// Waits a moment. A keeper that ends says by its exit code whether there is another one.
  private void pause(Process keeper) throws IOException {
    try {
      if (!keeper.waitFor(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while Stead started", e);
    }
    if (keeper.exitValue() != Keeper.ANOTHER_KEEPS) {
      throw new ProblemException(
          Problem.of(
                  Code.NOT_STARTED,
                  "starting the keeper of agent and edge",
                  "it ended with exit code " + keeper.exitValue())
              .withDetails(logTails()));
    }
    LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
  }

  private Optional<Answers.Status> status() {
    try {
      return Optional.of(surroundings.client().status());
    } catch (IOException e) {
      // Nobody answers: that is what is asked here.
      return Optional.empty();
    }
  }

  private List<String> logTails() throws IOException {
    var lines = new ArrayList<String>();
    for (var program : List.of("agent", "edge")) {
      var log = home.log(program);
      lines.add(log + ":");
      if (Files.exists(log)) {
        var all = Files.readAllLines(log);
        lines.addAll(all.subList(Math.max(0, all.size() - LOG_LINES), all.size()));
      }
    }
    return lines;
  }
}
