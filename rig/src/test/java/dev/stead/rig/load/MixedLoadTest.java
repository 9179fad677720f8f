package dev.stead.rig.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.rig.Repository;
import dev.stead.rig.host.Entrance;
import dev.stead.rig.host.Eventually;
import dev.stead.rig.host.Processes;
import dev.stead.rig.host.Stead;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The load against the app itself, without Stead between: what it reports can be believed.
final class MixedLoadTest {
  private static final Duration STAY = Duration.ofMillis(600);
  private static final Duration LONGEST = Duration.ofSeconds(30);

  @TempDir private Path dir;
  private int port;
  private Process app;

  @BeforeEach
  void startTheApp() throws IOException {
    port = Stead.freePort();
    var builder =
        new ProcessBuilder("python3", Repository.root().resolve("rig/apps/load/load.py").toString())
            .redirectErrorStream(true)
            .redirectOutput(dir.resolve("output").toFile());
    builder.environment().put("PORT", Integer.toString(port));
    builder.environment().put("STEAD_RELEASE", "7");
    builder.environment().put("COUNTED", dir.resolve("counted").toString());
    app = builder.start();
    Eventually.succeeds(
        "the app's port",
        Duration.ofSeconds(10),
        () -> {
          new Socket(InetAddress.getLoopbackAddress(), port).close();
          return true;
        });
  }

  @AfterEach
  void endTheApp() throws InterruptedException {
    app.destroyForcibly().waitFor();
  }

  @Test
  void everyKindFlowsAndEveryIdIsCountedOnce() throws IOException {
    Report report;
    try (var load = MixedLoad.start(Entrance.plain(port), STAY, LONGEST, 1)) {
      load.awaitFlow();
      report = load.stop();
    }
    assertThat(report.failures()).isEmpty();
    assertThat(report.cuts()).isEmpty();
    assertThat(Files.readAllLines(dir.resolve("counted")))
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, report.posted()).mapToObj(n -> "id-" + n).toList());
  }

  @Test
  void aKilledAppIsSeenByEveryKind() {
    Report report;
    try (var load = MixedLoad.start(Entrance.plain(port), STAY, LONGEST, 2)) {
      load.awaitFlow();
      Processes.signal("KILL", app.pid());
      for (var kind : load.kinds()) {
        Eventually.until(
            kind + " to fail",
            Duration.ofSeconds(10),
            () -> load.report().of(kind).failed() > 0 || !load.report().of(kind).cuts().isEmpty());
      }
      report = load.stop();
    }
    assertThat(report.cuts()).isNotEmpty().allMatch(cut -> cut.release() == 7);
  }

  @Test
  void aStreamEndedByTheAppIsACut() {
    try (var load = MixedLoad.start(Entrance.plain(port), STAY, LONGEST, 3)) {
      load.awaitFlow();
      Processes.signal("TERM", app.pid());
      Eventually.until(
          "the long event streams to end",
          Duration.ofSeconds(10),
          () -> load.report().of(Kind.LONG_EVENTS).cuts().size() == 2);
      assertThat(load.report().of(Kind.LONG_EVENTS).cuts())
          .allMatch(cut -> cut.how().equals("end of stream"));
    }
  }
}
