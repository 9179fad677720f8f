package dev.stead.cli.seed;

import dev.stead.sdk.Answers;
import dev.stead.sdk.Client;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/// The change from the version in force to another: switch, agent, edge. Apps run on meanwhile, and
/// requests find an edge at every moment: the new one is ready before the old one is ended.
///
/// An agent that does not come up is answered by the version before, if there is one.
final class Handover {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

  private final RootShell shell;
  private final Client client;
  private final Report report;
  private final Plan plan;

  Handover(RootShell shell, Client client, Report report, Plan plan) {
    this.shell = shell;
    this.client = client;
    this.report = report;
    this.plan = plan;
  }

  void run() throws IOException {
    var version = plan.version();
    report.say("units", "stead-agent, stead-edge");
    shell.run("switch.sh", version);
    try {
      agent(version);
    } catch (ProblemException e) {
      throw returned(e);
    }
    report.say("edge", version);
    shell.run("edge.sh", version);
    await("the edge", status -> status.edge().up());
    shell.run("retire.sh", version);
  }

  private void agent(String version) throws IOException {
    report.say("agent", version);
    shell.run("agent.sh", version);
    await("the agent", _ -> true);
  }

  private ProblemException returned(ProblemException failure) throws IOException {
    var before = plan.probe().current().filter(version -> !version.equals(plan.version()));
    if (before.isEmpty()) {
      return failure;
    }
    report.say("back", before.orElseThrow() + ", since the new agent does not come up");
    shell.run("switch.sh", before.orElseThrow());
    shell.run("agent.sh", before.orElseThrow());
    var problem = failure.problem();
    return new ProblemException(
        new Problem(
            problem.code(),
            problem.what(),
            problem.why() + "; " + before.orElseThrow() + " is in force again",
            problem.fix(),
            problem.details()),
        failure);
  }

  private void await(String who, Predicate<Answers.Status> ready) throws IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    var why = who + " did not answer within " + PATIENCE.toSeconds() + " s";
    while (System.nanoTime() < deadline) {
      var status = status();
      if (status.filter(ready).isPresent()) {
        return;
      }
      why = status.flatMap(s -> s.edge().why()).orElse(why);
      LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
    }
    throw new ProblemException(
        new Problem(
            Code.SEED_NOT_STARTED.id(),
            "starting %s on %s".formatted(who, plan.server()),
            why,
            Code.SEED_NOT_STARTED.fix().replace("HOST", plan.server()),
            List.of()));
  }

  private Optional<Answers.Status> status() {
    try {
      return Optional.of(client.status());
    } catch (IOException e) {
      // Not yet: that is what is waited for.
      return Optional.empty();
    }
  }
}
