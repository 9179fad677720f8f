package dev.stead.agent;

import dev.stead.agent.bundle.Bundles;
import dev.stead.agent.certs.Certs;
import dev.stead.agent.deploy.Apps;
import dev.stead.agent.observe.LogStore;
import dev.stead.sdk.Answers;
import dev.stead.sdk.Answers.Finding;
import dev.stead.sdk.Answers.Level;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/// How the agent and everything it looks after is, asked anew each time.
record StatusReport(
    String version,
    Instant startedAt,
    Path home,
    Apps apps,
    Certs certs,
    Bundles bundles,
    LogStore logs) {

  Answers.Status now() {
    return new Answers.Status(version, startedAt, apps.edge(), disk(), apps.statuses(), alerts());
  }

  private List<Finding> alerts() {
    return certs.findings().stream().filter(each -> each.level() != Level.GOOD).toList();
  }

  private Answers.DiskUse disk() {
    var used = bundles.usage();
    try {
      var disk = Files.getFileStore(home);
      return new Answers.DiskUse(
          disk.getTotalSpace(),
          disk.getUsableSpace(),
          used.releases(),
          used.chunks(),
          logs.bytes());
    } catch (IOException e) {
      throw new UncheckedIOException("asking for the free space at " + home, e);
    }
  }
}
