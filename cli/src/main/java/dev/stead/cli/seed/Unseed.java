package dev.stead.cli.seed;

import dev.stead.cli.ssh.Connection;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import java.io.IOException;

/// `stead unseed`: everything that a seed made is taken back.
public final class Unseed {
  private final Connection connection;
  private final Report report;

  public Unseed(Connection connection, Report report) {
    this.connection = connection;
    this.report = report;
  }

  /// What becomes of `/var/lib/stead`.
  public enum Fate {
    KEPT,
    REMOVED
  }

  public void run(Fate data) throws IOException {
    var shell = RootShell.on(connection);
    var probe = Probe.read(shell.run("probe.sh"));
    var server = connection.destination().text();
    if (!probe.value("root").equals("yes")) {
      throw new ProblemException(
          Problem.of(
              Code.SEED_SUDO,
              "unseeding " + server,
              "user %s is not root, and `sudo -n true` fails".formatted(probe.value("user"))));
    }
    try (var _ = SeedLock.take(shell, server)) {
      report.say("stop", "apps, agent, edge");
      shell.run("unseed.sh", data == Fate.REMOVED ? "yes" : "no");
      var platform = Platform.of(probe);
      if (platform.isPresent()) {
        report.say("users", "stead-edge, those of apps, group stead");
        shell.run(platform.orElseThrow().noUsers());
      }
    }
    connection.close();
  }
}
