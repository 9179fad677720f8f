package dev.stead.edge;

import static dev.stead.edge.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.edge.control.RoutingTable;
import dev.stead.edge.disk.KeptFile;
import dev.stead.edge.routing.Router;
import dev.stead.edge.routing.Routing;
import dev.stead.edge.routing.Target;
import io.netty.util.concurrent.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// The known traps of reverse proxies, each set off on purpose. Trap 2, the kept connection that is
/// closed as we write to it, stands in [RetryTest].
@ExtendWith(NoLeaks.class)
final class TrapsTest {
  private static final int BODY_BYTES = 20_000_000;

  @Test
  void trap1AnEarlyAnswerReachesAClientThatStillSendsItsBody() throws IOException {
    early(RawClient::toEnd);
  }

  @Test
  void trap1AnEarlyAnswerReachesTheClientEvenIfTheAppThenResets() throws IOException {
    early(RawClient::reset);
  }

  /// What an app does after its early answer.
  private interface Afterwards {
    void act(RawClient wire) throws IOException;
  }

  private static void early(Afterwards afterwards) throws IOException {
    var answered = new CountDownLatch(1);
    try (var app =
            new App(
                "a",
                (self, wire) -> {
                  wire.head();
                  wire.send("HTTP/1.1 401 Unauthorized\r\nContent-Length: 4\r\n\r\nno!\n");
                  Latches.await(answered);
                  afterwards.act(wire);
                });
        var next = App.echoing("next");
        var edge =
            new EdgeUnderTest(
                Tables.service(app), Tables.named(Tables.service(next), "next", "next.test", "/"));
        var client = edge.connect()) {
      client.send(
          "POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: " + BODY_BYTES + "\r\n\r\n");
      var half = new byte[BODY_BYTES / 2];
      client.send(half);
      answered.countDown();
      client.send(half);
      RawClient.Message answer = client.message();
      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.body()).isEqualTo("no!\n");
      client.send("GET / HTTP/1.1\r\nHost: next.test\r\n\r\n");
      assertThat(client.message().body()).as("the connection goes on").startsWith("next ");
    }
  }

  /// The race itself: the table changes between the choice of a target and the look at the route.
  @Test
  void trap3NoRequestSlipsBetweenSwitchAndDrain(@TempDir Path directory) throws IOException {
    var routing =
        new Routing(
            new KeptFile<>(directory.resolve("table.json"), "routing table", RoutingTable.class),
            Ticker.systemTicker());
    try (var old = App.echoing("old");
        var young = App.echoing("new")) {
      RoutingTable before = Tables.table(1, Tables.service(old));
      RoutingTable after = Tables.table(2, Tables.service(young));
      assertThat(routing.apply(before)).isEmpty();
      var switched = new AtomicBoolean();
      var counted = new AtomicReference<Boolean>();
      Target taken =
          routing.take(
              router -> {
                Target chosen = take(router);
                if (switched.compareAndSet(false, true)) {
                  counted.set(!routing.drained(List.of("old")));
                  apply(routing, after);
                }
                return chosen;
              });
      assertThat(counted.get()).as("counted before the route is read again").isTrue();
      assertThat(taken).isNotNull().extracting(Target::id).isEqualTo("new");
      assertThat(routing.drained(List.of("old"))).as("what was counted is taken back").isTrue();
      assertThat(routing.drained(List.of("new"))).isFalse();
    }
  }

  private static Target take(Router router) {
    return Objects.requireNonNull(router.services().getFirst().take(List.of(), 0));
  }

  private static void apply(Routing routing, RoutingTable table) {
    try {
      assertThat(routing.apply(table)).isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void trap4ATruncatedAnswerIsNotPassedOnAsComplete() throws IOException {
    try (var app =
            new App(
                "a",
                (self, wire) -> {
                  String path = self.receive(wire).start().split(" ", -1)[1];
                  wire.send("HTTP/1.1 200 OK\r\n");
                  switch (path) {
                    case "/length" -> wire.send("Content-Length: 10\r\n\r\nhalf");
                    case "/chunk" -> wire.send("Transfer-Encoding: chunked\r\n\r\na\r\nhalf");
                    default -> wire.send("Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n");
                  }
                });
        var edge = new EdgeUnderTest(Tables.service(app))) {
      for (String path : List.of("/chunk", "/between")) {
        try (var client = edge.connect()) {
          client.get(path).head();
          assertThat(client.toEnd()).as(path).isEqualTo("4\r\nhalf\r\n");
        }
      }
      try (var client = edge.connect()) {
        client.get("/length").head();
        assertThat(client.toEnd()).isEqualTo("half");
      }
    }
  }

  @Test
  void trap4AResetIsNotTakenForTheEndOfAnAnswerWithoutLength() throws IOException {
    var seen = new CountDownLatch(1);
    try (var app =
            new App(
                "a",
                (self, wire) -> {
                  self.receive(wire);
                  wire.send("HTTP/1.1 200 OK\r\n\r\nhalf");
                  Latches.await(seen);
                  wire.reset();
                });
        var edge = new EdgeUnderTest(Tables.service(app));
        var client = edge.connect()) {
      client.get("/").head();
      assertThat(client.chunk()).isEqualTo("half");
      seen.countDown();
      assertThat(client.toEnd()).as("no last chunk").isEmpty();
    }
  }

  @Test
  void trap5StepsOfTheWallClockEndNothing() throws IOException {
    var answers = new CountDownLatch(1);
    try (var app =
            new App(
                "a",
                (self, wire) -> {
                  self.receive(wire);
                  Latches.await(answers);
                  wire.send(App.ok("a"));
                });
        var edge = new EdgeUnderTest(Tables.service(app));
        var client = edge.connect()) {
      client.get("/");
      eventually("the request is there", () -> !app.requests().isEmpty());
      edge.serve();
      for (Duration step : List.of(Duration.ofDays(400), Duration.ofDays(-800))) {
        edge.time().stepWallClock(step);
        Sweeps.pass();
      }
      assertThat(edge.inFlight("a")).isEqualTo(1);
      answers.countDown();
      assertThat(client.message().body()).isEqualTo("a");
    }
  }

  @Test
  void trap5TimeOutsAreOnTheMonotonicClock() throws IOException {
    var never = new CountDownLatch(1);
    try (var app =
            new App(
                "a",
                (self, wire) -> {
                  self.receive(wire);
                  Latches.await(never);
                });
        var edge = new EdgeUnderTest(Tables.service(app));
        var client = edge.connect();
        var trickling = edge.connect();
        var idle = edge.connect()) {
      client.get("/");
      trickling.send("GET / HT");
      eventually("the request is there", () -> !app.requests().isEmpty());
      RawClient.Message late = edge.answerAfter(Duration.ofSeconds(11), trickling);
      assertThat(late.status()).isEqualTo(408);
      assertThat(late.body()).contains("S-408-HEAD");
      RawClient.Message answer = edge.answerAfter(Duration.ofSeconds(10), client);
      assertThat(answer.status()).isEqualTo(504);
      assertThat(answer.body()).contains("S-504-TIMEOUT");
      for (int i = 0; i < 3; i++) {
        edge.time().advance(Duration.ofSeconds(76));
        Sweeps.pass();
      }
      assertThat(idle.ended()).isTrue();
      assertThat(client.ended()).as("kept open, then idle").isTrue();
      never.countDown();
    }
  }

  @Test
  void aBodyThatStopsComingIsGivenUp() throws IOException {
    try (var app = App.echoing("a");
        var edge = new EdgeUnderTest(Tables.service(app));
        var client = edge.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 10\r\n\r\nhalf");
      eventually("the head is there", () -> edge.inFlight("a") == 1);
      assertThat(edge.answerAfter(Duration.ofSeconds(61), client).body()).contains("S-408-BODY\n");
      assertThat(app.requests()).isEmpty();
    }
  }

  @Test
  void aBodyWhoseEndNeverComesIsGoneWithItsClient() throws IOException {
    try (var app = App.echoing("a");
        var edge = new EdgeUnderTest(Tables.service(app));
        var client = edge.connect()) {
      client.send(
          "POST / HTTP/1.1\r\nHost: app.test\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n-");
      Sweeps.pass();
      client.shutdownOutput();
      client.toEnd();
      Eventually.eventually("nothing in flight", () -> edge.inFlight("a") == 0);
    }
  }
}
