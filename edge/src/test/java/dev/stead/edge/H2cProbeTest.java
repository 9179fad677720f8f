package dev.stead.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stead.edge.control.EdgeReport;
import dev.stead.edge.control.Service;
import dev.stead.edge.control.Service.Protocol;
import dev.stead.edge.probe.H2cProbe;
import dev.stead.edge.probe.H2cProbe.Answer.Unwell;
import dev.stead.edge.probe.H2cProbe.Answer.Well;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// How targets that speak h2c are asked how they are: those of gRPC by their health service, others
/// at a path.
@ExtendWith(NoLeaks.class)
final class H2cProbeTest {
  private static final String CHECK = "grpc.health.v1.Health/Check";

  private static Service probed(String health, Service.Target target) {
    return Tables.probed(Tables.speaking(Tables.service(List.of(target)), Protocol.H2C), health);
  }

  private static H2cProbe.Answer asked(String health, Service.Target target) throws IOException {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), target.port());
    return new H2cProbe(health, "app.test").ask(address, Duration.ofSeconds(10));
  }

  private static void becomes(EdgeUnderTest edge, boolean healthy) {
    Eventually.eventually(
        "its probes are known",
        () -> {
          EdgeReport.TargetReport target = edge.target("a");
          return target != null && target.healthy() == healthy;
        });
  }

  @Test
  void aTargetIsWellWhileItsHealthServiceSaysSo() throws IOException {
    var health = new HealthStatusManager();
    try (var app = new GrpcApp("a", health.getHealthService());
        var edge = new EdgeUnderTest(probed("grpc", app.target()))) {
      // From the kept table, where it must have answered first.
      edge.restart(Tables.BOOT_ID);
      becomes(edge, true);
      health.setStatus("", ServingStatus.NOT_SERVING);
      becomes(edge, false);
      health.setStatus("", ServingStatus.SERVING);
      becomes(edge, true);
    }
  }

  @Test
  void aTargetWithoutAHealthServiceIsNotTrusted() throws IOException {
    try (var app = new GrpcApp("a");
        var edge = new EdgeUnderTest(probed("grpc", app.target()))) {
      edge.restart(Tables.BOOT_ID);
      becomes(edge, false);
    }
  }

  @Test
  void aTargetIsAskedAtAPathAsWell() throws IOException {
    try (var app = Calls.app(streams -> answering(streams, "204", ""));
        var edge = new EdgeUnderTest(probed("/up", app.target()))) {
      edge.restart(Tables.BOOT_ID);
      becomes(edge, true);
    }
  }

  private static void answering(RawStreams app, String status, String body) throws IOException {
    RawStreams.Frame asked = Calls.begun(app);
    assertThat(asked.headers())
        .contains(":method: GET", ":path: /up", ":scheme: http", ":authority: app.test");
    app.head(asked.stream(), body.isEmpty(), ":status", status);
    if (!body.isEmpty()) {
      app.data(asked.stream(), true, body);
    }
    app.toEnd();
  }

  @Test
  void theAnswersOfAHealthServiceAreToldInItsWords() throws IOException {
    var health = new HealthStatusManager();
    try (var app = new GrpcApp("a", health.getHealthService());
        var other = new GrpcApp("b")) {
      assertThat(asked("grpc", app.target())).isEqualTo(new Well());
      health.setStatus("", ServingStatus.NOT_SERVING);
      assertThat(asked("grpc", app.target()))
          .isEqualTo(new Unwell(CHECK + " answered NOT_SERVING"));
      health.setStatus("", ServingStatus.UNKNOWN);
      assertThat(asked("grpc", app.target())).isEqualTo(new Unwell(CHECK + " answered UNKNOWN"));
      health.clearStatus("");
      assertThat(asked("grpc", app.target()))
          .isEqualTo(new Unwell(CHECK + " answered with grpc-status '5'"));
      assertThat(asked("grpc", other.target()))
          .isEqualTo(new Unwell(CHECK + " is not there: the app has no health service of gRPC"));
    }
  }

  @Test
  void anyAnswerOf2xxAtAPathIsWellAndAnyOtherIsShown() throws IOException {
    try (var app = Calls.app(streams -> answering(streams, "204", ""))) {
      assertThat(asked("/up", app.target())).isEqualTo(new Well());
    }
    try (var app = Calls.app(streams -> answering(streams, "200", "x".repeat(10_000)))) {
      assertThat(asked("/up", app.target())).isEqualTo(new Well());
    }
    try (var app = Calls.app(streams -> answering(streams, "500", "not\nconnected"))) {
      assertThat(asked("/up", app.target()))
          .isEqualTo(new Unwell("GET /up answered 500: not connected"));
    }
    try (var app = Calls.app(streams -> streams.reset(Calls.begun(streams).stream(), 7).toEnd())) {
      assertThat(asked("/up", app.target()))
          .isEqualTo(new Unwell("GET /up was reset with error 7"));
    }
  }

  @Test
  void whoSpeaksSomethingElseOrNothingIsNotWell() throws IOException {
    try (var old = App.echoing("a")) {
      assertThat(asked("/up", old.target()))
          .isInstanceOfSatisfying(
              Unwell.class,
              unwell -> assertThat(unwell.why()).startsWith("GET /up was not answered before"));
    }
    try (var silent = new App("a", (self, wire) -> wire.toEnd())) {
      var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), silent.port());
      assertThat(new H2cProbe("grpc", "app.test").ask(address, Duration.ofSeconds(1)))
          .isEqualTo(new Unwell(CHECK + " was not answered within 1 s"));
    }
    try (var closed = new Socket()) {
      // Bound, so that nobody else gets the port, but not listening.
      closed.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      var target = new Service.Target("a", "127.0.0.1", closed.getLocalPort());
      assertThatThrownBy(() -> asked("grpc", target))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot connect to");
    }
  }
}
