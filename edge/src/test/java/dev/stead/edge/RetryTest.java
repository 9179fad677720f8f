package dev.stead.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.edge.control.Service;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// When a request is sent again, and when never.
@ExtendWith(NoLeaks.class)
final class RetryTest {
  /// Refuses connections, and nobody else gets its port: it is bound, and does not listen.
  private static Socket refusing() throws IOException {
    var socket = new Socket();
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    return socket;
  }

  private static Service.Target dead(Socket refusing) {
    return new Service.Target("dead", "127.0.0.1", refusing.getLocalPort());
  }

  private static Service targets(Service.Target... targets) {
    return Tables.service(List.of(targets));
  }

  @Test
  void aRefusedConnectionLeadsToAnotherTargetWhateverTheMethod() throws IOException {
    try (var app = App.echoing("a");
        var refusing = refusing();
        var edge = new EdgeUnderTest(targets(dead(refusing), app.target()));
        var client = edge.connect()) {
      for (int i = 0; i < 10; i++) {
        client.post("/" + i, "body");
        assertThat(client.message().status()).isEqualTo(200);
      }
      assertThat(app.requests()).hasSize(10);
    }
  }

  @Test
  void aLoneTargetIsTriedAgainForAMomentAndThenGivenUp() throws IOException {
    Socket refusing = refusing();
    int port = refusing.getLocalPort();
    try (var edge = new EdgeUnderTest(targets(dead(refusing)));
        var client = edge.connect()) {
      client.get("/");
      RawClient.Message answer = edge.answerAfter(Duration.ofSeconds(1), client);
      assertThat(answer.status()).isEqualTo(502);
      assertThat(answer.body()).contains("S-502-REFUSED");

      client.get("/");
      Sweeps.pass();
      refusing.close();
      try (var late = new App("late", port, (self, wire) -> wire.send(answered(self, wire)))) {
        assertThat(client.message().body()).as("it came up while we tried").isEqualTo("late");
        assertThat(late.requests()).hasSize(1);
      }
    }
  }

  private static String answered(App app, RawClient wire) throws IOException {
    app.receive(wire);
    return App.ok("late");
  }

  /// Answers the first request on each connection and closes the connection under the second, as a
  /// server does whose keep-alive time ends while the edge writes.
  private static App closingUnderTheSecond(AtomicInteger second) throws IOException {
    return new App(
        "a",
        (self, wire) -> {
          self.receive(wire);
          wire.send(App.ok("first"));
          wire.head();
          second.incrementAndGet();
          wire.reset();
        });
  }

  @Test
  void aGetLostWithAKeptConnectionIsSentOnceMoreOnAFreshOne() throws IOException {
    var second = new AtomicInteger();
    try (var app = closingUnderTheSecond(second);
        var edge = new EdgeUnderTest(Tables.service(app));
        var client = edge.connect()) {
      assertThat(client.get("/").message().body()).isEqualTo("first");
      assertThat(client.get("/").message().body()).as("trap 2").isEqualTo("first");
      assertThat(second).hasValue(1);
      assertThat(app.connectionsMade()).isEqualTo(2);
    }
  }

  @Test
  void aPostIsNeverSentTwice() throws IOException {
    var second = new AtomicInteger();
    try (var app = closingUnderTheSecond(second);
        var edge = new EdgeUnderTest(Tables.service(app));
        var client = edge.connect()) {
      client.post("/", "x");
      assertThat(client.message().body()).isEqualTo("first");
      client.post("/", "x");
      RawClient.Message answer = client.message();
      assertThat(answer.status()).isEqualTo(502);
      assertThat(answer.body()).contains("S-502-RESET");
      assertThat(second).hasValue(1);
      assertThat(app.connectionsMade()).isEqualTo(1);
    }
  }

  @Test
  void aPostIsNotWrittenToAConnectionThatWasIdleForMoreThanASecond() throws IOException {
    try (var app = App.echoing("a");
        var edge = new EdgeUnderTest(Tables.service(app));
        var client = edge.connect()) {
      client.post("/", "x");
      assertThat(client.message().status()).isEqualTo(200);
      edge.time().advance(Duration.ofMillis(999));
      client.post("/", "x");
      assertThat(client.message().status()).isEqualTo(200);
      assertThat(app.connectionsMade()).isEqualTo(1);
      edge.time().advance(Duration.ofSeconds(1));
      client.post("/", "x");
      assertThat(client.message().status()).isEqualTo(200);
      assertThat(app.connectionsMade()).isEqualTo(2);
    }
  }

  @Test
  void aTargetsOwnKeepAliveTimeIsRespected() throws IOException {
    try (var app =
            new App(
                "a",
                (self, wire) -> {
                  while (true) {
                    self.receive(wire);
                    wire.send(
                        "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=2\r\nContent-Length: 0\r\n\r\n");
                  }
                });
        var edge = new EdgeUnderTest(Tables.service(app));
        var client = edge.connect()) {
      client.get("/").message();
      edge.time().advance(Duration.ofMillis(1001));
      client.get("/").message();
      assertThat(app.connectionsMade()).isEqualTo(2);
    }
  }

  @Test
  void nothingIsSentAgainOnceAByteOfTheAnswerHasCome() throws IOException {
    try (var app =
            new App(
                "a",
                (self, wire) -> {
                  self.receive(wire);
                  wire.send("HTT");
                });
        var edge = new EdgeUnderTest(Tables.service(app));
        var client = edge.connect()) {
      assertThat(client.get("/").message().body()).contains("S-502-RESET");
      assertThat(app.requests()).hasSize(1);
    }
  }

  @Test
  void aTargetThatAlwaysCutsGetsAFifthMoreThanItsRequests() throws IOException {
    try (var app = new App("a", (self, wire) -> self.receive(wire));
        var edge = new EdgeUnderTest(Tables.service(app));
        var client = edge.connect()) {
      for (int i = 0; i < 100; i++) {
        assertThat(client.get("/").message().status()).isEqualTo(502);
      }
      assertThat(app.requests()).hasSize(100 + 20 + 10);
    }
  }

  @Test
  void theTargetWithTheLeastInFlightIsAsked() throws IOException {
    var answers = new CountDownLatch(1);
    try (var busy =
            new App(
                "busy",
                (self, wire) -> {
                  self.receive(wire);
                  Latches.await(answers);
                  wire.send(App.ok("busy"));
                });
        var free = App.echoing("free");
        var edge = new EdgeUnderTest(Tables.service(busy));
        var waiting = edge.connect();
        var client = edge.connect()) {
      waiting.get("/");
      Eventually.eventually("it is busy", () -> edge.inFlight("busy") == 1);
      edge.serve(Tables.service(busy, free));
      for (int i = 0; i < 6; i++) {
        assertThat(client.get("/").message().body()).startsWith("free");
      }
      answers.countDown();
      assertThat(waiting.message().body()).isEqualTo("busy");
    }
  }
}
