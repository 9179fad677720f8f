package dev.stead.edge;

import static dev.stead.edge.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.edge.control.Awaited;
import dev.stead.edge.control.Service;
import dev.stead.edge.control.Service.Mode;
import dev.stead.sdk.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Apps of which no instance runs until somebody comes.
@ExtendWith(NoLeaks.class)
final class SleepTest {
  private static Service asleep() {
    return Tables.in(Tables.service(), Mode.ASLEEP);
  }

  @Test
  void aRequestIsToldOfHeldAndServedOnceSomethingRuns() throws Exception {
    try (var app = App.echoing("awake");
        var edge = new EdgeUnderTest(asleep());
        var client = edge.connect();
        var another = edge.connect()) {
      var awaited = awaited(edge);
      Sweeps.pass();
      assertThat(awaited.isDone()).isFalse();
      client.post("/a", "body");
      assertThat(awaited.get().services()).containsExactly("shop");
      another.get("/b");
      assertThat(awaited(edge).get().services()).as("as long as they wait").hasSize(1);
      edge.serve(Tables.service(app));
      assertThat(client.message().body()).isEqualTo("awake POST /a HTTP/1.1 body");
      assertThat(another.message().status()).isEqualTo(200);
      assertThat(app.requests()).hasSize(2);
    }
  }

  @Test
  void whatIsPausedOrGoneIsNotAwaited() throws Exception {
    try (var edge = new EdgeUnderTest(Tables.in(asleep(), Mode.HOLD))) {
      var awaited = awaited(edge);
      try (var client = edge.connect()) {
        client.get("/");
        Sweeps.pass();
        assertThat(awaited.isDone()).isFalse();
        client.reset();
      }
      Sweeps.pass();
      edge.serve(asleep());
      Sweeps.pass();
      assertThat(awaited.isDone()).isFalse();
      try (var client = edge.connect()) {
        client.get("/");
        assertThat(awaited.get().services()).containsExactly("shop");
      }
    }
  }

  @Test
  void itWaitsNoLongerThanItMayAlsoAfterARestart() throws IOException {
    var timeout = Duration.ofSeconds(30);
    var limited = Tables.limited(asleep(), Tables.holds(10, timeout));
    try (var edge = new EdgeUnderTest(limited)) {
      edge.restart("another-boot");
      try (var client = edge.connect()) {
        RawClient.Message answer = edge.answerAfter(timeout, client.get("/"));
        assertThat(answer.body()).contains("S-503-HELD-TIMEOUT");
        assertThat(answer.header("retry-after")).isEqualTo("5");
      }
    }
  }

  @Test
  void filesNeedNobodyAwake(@TempDir Path directory) throws Exception {
    Files.writeString(directory.resolve("app.css"), "p {}");
    try (var app = App.echoing("awake");
        var edge = new EdgeUnderTest(Tables.withFiles(asleep(), directory.toString()));
        var client = edge.connect()) {
      var awaited = awaited(edge);
      assertThat(client.get("/app.css").message().body()).isEqualTo("p {}");
      assertThat(awaited.isDone()).isFalse();
      client.get("/page");
      assertThat(awaited.get().services()).hasSize(1);
      edge.serve(Tables.withFiles(Tables.service(app), directory.toString()));
      assertThat(client.message().body()).startsWith("awake GET /page");
    }
  }

  @Test
  void aTargetIsIdleSinceItsLastRequestEnded() throws IOException {
    try (var app = App.echoing("a");
        var edge = new EdgeUnderTest(Tables.service(app));
        var client = edge.connect()) {
      edge.time().advance(Duration.ofMinutes(3));
      assertThat(idle(edge, app)).contains(Duration.ofMinutes(3));
      client.get("/").message();
      eventually("it was used", () -> idle(edge, app).equals(Optional.of(Duration.ZERO)));
      edge.time().advance(Duration.ofMinutes(1));
      edge.serve(Tables.service(app));
      assertThat(idle(edge, app)).as("a table is no request").contains(Duration.ofMinutes(1));
    }
  }

  @Test
  void nothingIsIdleWithAStreamInFlight() throws IOException {
    try (var app =
            new App(
                "a",
                (self, wire) -> {
                  self.receive(wire);
                  wire.send(
                      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n");
                  wire.read();
                });
        var edge = new EdgeUnderTest(Tables.service(app))) {
      try (var client = edge.connect()) {
        client.get("/").head();
        edge.time().advance(Duration.ofSeconds(30));
        assertThat(idle(edge, app)).isEmpty();
      }
      eventually("it is idle", () -> idle(edge, app).isPresent());
    }
  }

  private static Optional<Duration> idle(EdgeUnderTest edge, App app) {
    var target = edge.target(app.target().id());
    return target == null ? Optional.empty() : target.idle();
  }

  private static FutureTask<Awaited> awaited(EdgeUnderTest edge) {
    var asking =
        new FutureTask<>(
            () -> Wire.read(edge.ask("POST", "/v1/awaited", new byte[0]).bytes(), Awaited.class));
    Thread.ofVirtual().name("await-requests").start(asking);
    return asking;
  }
}
