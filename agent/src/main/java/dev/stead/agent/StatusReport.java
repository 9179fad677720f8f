package dev.stead.agent;

import dev.stead.agent.bundle.Bundles;
import dev.stead.agent.deploy.Apps;
import dev.stead.agent.observe.LogStore;
import dev.stead.sdk.Answers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/// How the agent and everything it looks after is, asked anew each time.
record StatusReport(
    String version, Instant startedAt, Path home, Apps apps, Bundles bundles, LogStore logs) {

  Answers.Status now() {
    return new Answers.Status(version, startedAt, apps.edge(), disk(), apps.statuses());
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
