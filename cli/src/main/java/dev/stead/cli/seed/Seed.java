package dev.stead.cli.seed;

import dev.stead.cli.ssh.Connection;
import dev.stead.sdk.Client;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;

/// `stead seed`: a server is looked at, then made to run one version of Stead.
///
/// The order of [#carryOut] is the order of safety: everything is there before anything is
/// switched, the agent comes before the edge, the edge before it is the only one. Each step looks
/// at what is and does what is missing; where a run was cut off the next goes on.
public final class Seed {
  private final Connection connection;
  private final Report report;
  private final InstantSource clock;
  private final String server;

  public Seed(Connection connection, Report report, InstantSource clock) {
    this.connection = connection;
    this.report = report;
    this.clock = clock;
    this.server = connection.destination().text();
  }

  /// What it takes to have this distribution in force.
  public Plan plan(Path directory, String version) throws IOException {
    var shell = RootShell.on(connection);
    var probe = probe(shell);
    var asked = clock.instant();
    var distribution = Distribution.read(directory, version);
    var there = Inventory.read(shell.run("inventory.sh"));
    return Plan.forward(server, probe, distribution, there, asked);
  }

  /// What it takes to have the version before in force again.
  public Plan planBack() throws IOException {
    var probe = probe(RootShell.on(connection));
    return Plan.back(server, probe, clock.instant());
  }

  /// Does what was planned.
  ///
  /// @param certificates what the server is told of certificates
  /// @param actor who asks the agent, from where
  public void carryOut(Plan plan, CertificateSettings certificates, String actor)
      throws IOException {
    if (!plan.refusals().isEmpty()) {
      throw new ProblemException(plan.refusals().getFirst());
    }
    var shell = RootShell.on(connection);
    users(shell, plan);
    try (var _ = SeedLock.take(shell, server)) {
      report.say("directories", "/opt/stead, /var/lib/stead");
      shell.run("directories.sh");
      if (plan.upload().isPresent()) {
        install(shell, plan.upload().orElseThrow());
      }
      var client = new Client(connection, actor);
      new Handover(shell, client, report, plan).run();
      configure(shell, certificates);
      new Verification(connection, client, report).run();
    }
  }

  private void configure(RootShell shell, CertificateSettings certificates) throws IOException {
    if (!certificates.isEmpty()) {
      report.say("settings", "how certificates are got");
      var settings = shell.run("settings.sh").getBytes(StandardCharsets.UTF_8);
      shell.run("configure.sh", certificates.into(settings));
    }
  }

  private Probe probe(RootShell shell) throws IOException {
    var probe = Probe.read(shell.run("probe.sh"));
    if (!probe.whole()) {
      throw new IOException("the probe of " + server + " did not come to its end");
    }
    return probe;
  }

  private void users(RootShell shell, Plan plan) throws IOException {
    var platform = Platform.of(plan.probe()).orElseThrow();
    report.say("users", "stead-edge, group stead");
    var user = plan.probe().value("user");
    if (user.equals("root")) {
      shell.run(platform.users());
    } else {
      shell.run(platform.users(), user);
      if (!shell.isMember()) {
        // A connection has the groups of its beginning, and the agent is asked through it below.
        connection.close();
      }
    }
  }

  private void install(RootShell shell, Distribution distribution) throws IOException {
    report.say("upload", distribution.name());
    var sent = new Transfer(shell, report).send(distribution);
    report.say(
        "",
        sent.files() == 0
            ? "nothing to send, all of it is there"
            : "sent %d files, %.1f MiB compressed"
                .formatted(sent.files(), sent.bytes() / (double) (1 << 20)));
    report.say("install", "/opt/stead/" + distribution.name());
    try {
      shell.run(
          "install.sh", distribution.list().getBytes(StandardCharsets.UTF_8), distribution.name());
    } catch (ProblemException e) {
      if (e.problem().details().contains("DAMAGED")) {
        throw new ProblemException(damaged(e.problem()), e);
      }
      throw e;
    }
  }

  private Problem damaged(Problem found) {
    return Problem.of(
            Code.SEED_DAMAGED, "installing on " + server, "a received file has another hash")
        .withDetails(found.details());
  }
}
