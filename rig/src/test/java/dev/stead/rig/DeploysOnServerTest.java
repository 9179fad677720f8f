package dev.stead.rig;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.rig.host.Connection;
import dev.stead.rig.host.Distribution;
import dev.stead.rig.host.Eventually;
import dev.stead.rig.host.Project;
import dev.stead.rig.load.Kind;
import dev.stead.rig.load.MixedLoad;
import dev.stead.rig.load.Report;
import dev.stead.rig.server.OnServers;
import dev.stead.rig.server.Rig;
import dev.stead.rig.server.SeededServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// What visitors who come with TLS notice of a server's app while it is deployed, while Stead is
/// upgraded and while the edge is killed: of the first two nothing, of the last only those whose
/// request it had.
@Order(Turn.FIRST)
@OnServers
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DeploysOnServerTest {
  private static final int DEPLOYS = 15;
  private static final int KILLS = 3;
  private static final int VISITORS_AFTER_KILL = 20;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final DeploysUnderLoad.Traffic TRAFFIC =
      new DeploysUnderLoad.Traffic(true, Long.getLong("stead.seed", 15));

  private final SeededServer server;
  private final Project project = LoadApp.onServer();
  private final Project calls = CallsApp.project();

  DeploysOnServerTest(Rig rig) {
    server = SeededServer.of(rig);
    server.run(project, "deploy").succeeded();
    server.run(calls, "deploy").succeeded();
  }

  @AfterAll
  void end() {
    project.close();
    calls.close();
    server.close();
  }

  @Test
  void noSwitchIsNoticed() throws IOException {
    System.out.printf("%d deploys on a server, %s%n", DEPLOYS, TRAFFIC);
    var result = DeploysUnderLoad.run(server, project, DEPLOYS, TRAFFIC);
    System.out.println(result.report());
    assertThat(result.report().failures()).isEmpty();
    assertThat(result.miscounted()).isEmpty();
    assertThat(result.cutTooEarly()).isEmpty();
    assertThat(result.switches()).isEqualTo(DEPLOYS);
    assertThat(result.withoutTraffic()).isEmpty();
  }

  @Test
  void anUpgradeAndTheWayBackAreNoticedByNobody(@TempDir Path dir) {
    var newer = Distribution.changedCopy(dir.resolve("newer"));
    LoadApp.forget(server);
    Report report;
    try (var load = TRAFFIC.to(server)) {
      load.awaitFlow();
      server.upgrade(newer);
      awaitMore(load);
      server.goBack();
      awaitMore(load);
      report = load.stop();
    }
    System.out.println("upgraded and back: " + report);
    assertThat(report.failures()).isEmpty();
    assertThat(LoadApp.miscounted(LoadApp.counted(server), report)).isEmpty();
    for (var kind : report.lines().keySet()) {
      if (kind == Kind.LONG_EVENTS || kind == Kind.LONG_WEBSOCKET) {
        assertThat(report.of(kind).cuts()).as("each edge has left").hasSizeGreaterThanOrEqualTo(4);
      } else {
        assertThat(report.of(kind).cuts()).as("cut before its time").isEmpty();
      }
    }
  }

  private String answer() throws IOException {
    try (var connection = new Connection(server.tls(), LoadApp.NAME)) {
      connection.sendHead("GET", "/hello", "");
      return connection.readBody(connection.readHead());
    }
  }

  /// What an edge had in hand dies with it. Whoever comes while there is none waits at the socket.
  @Test
  void aKilledEdgeRefusesNobody() throws IOException {
    Report report;
    try (var load = MixedLoad.requests(server.tls(), LoadApp.NAME, "/hello")) {
      for (var kill = 0; kill < KILLS; kill++) {
        var before = pidOfEdge();
        awaitMore(load);
        server.server().run("systemctl kill --signal=KILL 'stead-edge@*'").succeeded();
        for (var visitor = 0; visitor < VISITORS_AFTER_KILL; visitor++) {
          assertThat(answer()).as("visitor %d, kill %d", visitor, kill).startsWith("release ");
        }
        awaitMore(load);
        assertThat(pidOfEdge()).isNotEqualTo(before);
      }
      report = load.stop();
    }
    System.out.println("edge killed: " + report + report.failures());
    assertThat(report.failures())
        .hasSizeLessThanOrEqualTo(KILLS * MixedLoad.PLAIN_VISITORS)
        .noneMatch(failure -> failure.contains("ConnectException"));
  }

  private static void awaitMore(MixedLoad load) {
    var enough = load.done(Kind.GET) + 100;
    Eventually.until(
        () ->
            "more answers: " + load.report() + load.report().failures().stream().limit(4).toList(),
        PATIENCE,
        () -> load.done(Kind.GET) >= enough);
  }

  private String pidOfEdge() {
    return server
        .server()
        .run("systemctl show --property=MainPID 'stead-edge@*'")
        .succeeded()
        .out();
  }
}
