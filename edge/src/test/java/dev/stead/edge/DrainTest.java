package dev.stead.edge;

import static dev.stead.edge.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.edge.control.Service;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What happens to requests on a target that leaves the table.
@ExtendWith(NoLeaks.class)
final class DrainTest {
  private static final Duration DRAIN = Duration.ofSeconds(30);
  private static final Duration DRAIN_STREAMS = Duration.ofMinutes(10);
  private static final Duration SPREAD_MAX = Duration.ofSeconds(5);
  private static final String CLOSE_1012 = "\u0088\u0002\u0003\u00f4";

  private static Service drained(App... apps) {
    return Tables.limited(Tables.service(apps), Tables.drains(DRAIN, DRAIN_STREAMS));
  }

  private static EdgeUnderTest.Reply await(FutureTask<EdgeUnderTest.Reply> asked) {
    eventually("the edge says that all has drained", asked::isDone);
    return asked.resultNow();
  }

  /// Answers only when told to.
  private static App slow(String id, CountDownLatch answers) throws IOException {
    return new App(
        id,
        (self, wire) -> {
          self.receive(wire);
          Latches.await(answers);
          wire.send(App.ok(id + " at last"));
        });
  }

  @Test
  void aRequestInFlightIsServedByTheOldTargetWhileTheNewTakesTheNext() throws IOException {
    var answers = new CountDownLatch(1);
    try (var old = slow("old", answers);
        var young = App.echoing("new");
        var edge = new EdgeUnderTest(drained(old));
        var waiting = edge.connect();
        var other = edge.connect()) {
      waiting.get("/slow");
      eventually("the old one has the request", () -> !old.requests().isEmpty());
      edge.serve(drained(young));
      FutureTask<EdgeUnderTest.Reply> asked = edge.drained("old");
      assertThat(other.get("/").message().body()).startsWith("new ");
      assertThat(edge.target("old")).isNotNull().matches(t -> t.draining() && t.requests() == 1);
      assertThat(asked.isDone()).isFalse();

      answers.countDown();
      assertThat(waiting.message().body()).isEqualTo("old at last");
      assertThat(await(asked).status()).isEqualTo(200);
      assertThat(edge.target("old")).isNull();
      assertThat(waiting.get("/").message().body())
          .as("the client's connection outlives the change")
          .startsWith("new ");
    }
  }

  @Test
  void aPlainRequestIsCutWhenItsBudgetIsUsedUpAndNotBefore() throws IOException {
    var never = new CountDownLatch(1);
    var limits =
        new Service.Limits(
            1 << 20,
            Duration.ofSeconds(1),
            Duration.ofHours(1),
            DRAIN,
            DRAIN_STREAMS,
            10,
            Duration.ofSeconds(60));
    try (var old = slow("old", never);
        var young = App.echoing("new");
        var edge = new EdgeUnderTest(Tables.limited(Tables.service(old), limits));
        var waiting = edge.connect()) {
      waiting.get("/slow");
      eventually("the old one has the request", () -> !old.requests().isEmpty());
      edge.serve(drained(young));
      edge.time().advance(DRAIN.minusMillis(1));
      Sweeps.pass();
      assertThat(edge.inFlight("old")).isEqualTo(1);
      edge.time().advance(Duration.ofMillis(1));
      RawClient.Message answer = waiting.message();
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.body()).contains("S-503-DRAINED");
      assertThat(await(edge.drained("old")).status()).isEqualTo(200);
      never.countDown();
    }
  }

  @Test
  void anAnswerUnderWayIsCutVisiblyWhenItsBudgetIsUsedUp() throws IOException {
    try (var old =
            new App(
                "old",
                (self, wire) -> {
                  self.receive(wire);
                  wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n");
                  wire.read();
                });
        var edge = new EdgeUnderTest(drained(old));
        var client = edge.connect()) {
      client.get("/").head();
      assertThat(client.chunk()).isEqualTo("hi");
      edge.serve(drained());
      edge.time().advance(DRAIN);
      assertThat(client.toEnd()).as("no last chunk").isEmpty();
    }
  }

  @Test
  void aWebSocketIsTold1012WhenItsBudgetIsUsedUpAndNotBefore() throws IOException {
    try (var old = new App("old", Sockets::echo);
        var edge = new EdgeUnderTest(drained(old));
        var client = edge.connect()) {
      Sockets.open(client);
      client.send(Sockets.text("before"));
      assertThat(client.exactly(8)).isEqualTo("\u0081\u0006before");
      edge.serve(drained());
      edge.time().advance(DRAIN_STREAMS.minusMillis(1));
      Sweeps.pass();
      client.send(Sockets.text("still"));
      assertThat(client.exactly(7)).isEqualTo("\u0081\u0005still");
      assertThat(edge.target("old")).isNotNull().matches(t -> t.streams() == 1 && t.draining());
      edge.time().advance(SPREAD_MAX.plusMillis(1));
      assertThat(client.exactly(4)).isEqualTo(CLOSE_1012);
      assertThat(client.ended()).isTrue();
      assertThat(await(edge.drained("old")).status()).isEqualTo(200);
    }
  }

  @Test
  void aWebSocketOverHttp2IsTold1012Too() throws IOException {
    try (var old = new App("old", Sockets::echo);
        var edge = new EdgeUnderTest(drained(old));
        var client = RawStreams.connect(edge)) {
      client.head(1, false, RawStreams.webSocket("/"));
      client.await(frame -> frame.type() == RawStreams.HEADERS);
      edge.serve(drained());
      edge.time().advance(DRAIN_STREAMS.plus(SPREAD_MAX));
      RawStreams.Answer answer = client.answer(1);
      assertThat(answer.body()).isEqualTo(CLOSE_1012);
      assertThat(answer.reset()).as("an orderly end").isEqualTo(-1);
      assertThat(await(edge.drained("old")).status()).isEqualTo(200);
    }
  }

  @Test
  void theCloseFrameWaitsForTheEndOfTheFrameUnderWay() throws IOException {
    var half = new CountDownLatch(1);
    try (var old =
            new App(
                "old",
                (self, wire) -> {
                  Sockets.accept(wire);
                  wire.send("\u0081\nabcde");
                  Latches.await(half);
                  wire.send("fghij\u0081\u0003not");
                  wire.read();
                });
        var edge = new EdgeUnderTest(drained(old));
        var client = edge.connect()) {
      Sockets.open(client);
      assertThat(client.exactly(7)).isEqualTo("\u0081\nabcde");
      edge.serve(drained());
      edge.time().advance(DRAIN_STREAMS.plus(SPREAD_MAX));
      Sweeps.pass();
      half.countDown();
      assertThat(client.exactly(9)).isEqualTo("fghij" + CLOSE_1012);
      assertThat(client.ended()).isTrue();
    }
  }

  @Test
  void anEventStreamEndsCleanlyWhenItsBudgetIsUsedUpAndNotBefore() throws IOException {
    var more = new CountDownLatch(1);
    try (var old =
            new App(
                "old",
                (self, wire) -> {
                  self.receive(wire);
                  wire.send(
                      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n");
                  Latches.await(more);
                  wire.send("data: 2\n\n");
                  wire.read();
                });
        var young = App.echoing("new");
        var edge = new EdgeUnderTest(drained(old));
        var client = edge.connect()) {
      client.get("/events").head();
      assertThat(client.chunk()).isEqualTo("data: 1\n\n");
      edge.serve(drained(young));
      edge.time().advance(DRAIN_STREAMS.minusMillis(1));
      Sweeps.pass();
      more.countDown();
      assertThat(client.chunk()).isEqualTo("data: 2\n\n");
      edge.time().advance(SPREAD_MAX.plusMillis(1));
      assertThat(client.chunk()).as("the last chunk").isEmpty();
      assertThat(client.get("/").message().body()).startsWith("new ");
      assertThat(edge.target("old")).isNull();
    }
  }

  @Test
  void theBudgetsAreThoseTheTargetWasLastListedWith() throws IOException {
    var never = new CountDownLatch(1);
    try (var old = slow("old", never);
        var young = App.echoing("new");
        var edge =
            new EdgeUnderTest(
                Tables.limited(
                    Tables.service(old), Tables.drains(Duration.ofSeconds(2), Duration.ZERO)));
        var client = edge.connect()) {
      client.get("/");
      eventually("the old one has the request", () -> !old.requests().isEmpty());
      edge.serve(drained(young));
      edge.time().advance(Duration.ofSeconds(2));
      assertThat(client.message().body()).contains("S-503-DRAINED");
      never.countDown();
    }
  }

  @Test
  void aTargetThatComesBackIsNotDrainedAnyMore() throws IOException {
    var answers = new CountDownLatch(1);
    try (var old = slow("old", answers);
        var edge = new EdgeUnderTest(drained(old));
        var client = edge.connect()) {
      client.get("/");
      eventually("it has the request", () -> !old.requests().isEmpty());
      edge.serve(drained());
      edge.serve(drained(old));
      edge.time().advance(DRAIN.minusSeconds(1));
      assertThat(edge.target("old")).isNotNull().matches(t -> !t.draining() && t.requests() == 1);
      answers.countDown();
      assertThat(client.message().body()).isEqualTo("old at last");
    }
  }

  @Test
  void idleConnectionsToATargetThatLeftAreClosed() throws IOException {
    var ended = new CountDownLatch(1);
    try (var old =
            new App(
                "old",
                (self, wire) -> {
                  self.receive(wire);
                  wire.send(App.ok("hi"));
                  if (wire.ended()) {
                    ended.countDown();
                  }
                });
        var edge = new EdgeUnderTest(drained(old));
        var client = edge.connect()) {
      client.get("/").message();
      edge.serve(drained());
      eventually("the idle connection is closed", () -> ended.getCount() == 0);
      assertThat(client.get("/").message().body()).contains("S-503-NO-TARGET");
    }
  }

  @Test
  void targetsNobodyKnowsHaveDrained() throws IOException {
    try (var edge = new EdgeUnderTest()) {
      assertThat(await(edge.drained("never-seen")).status()).isEqualTo(200);
    }
  }
}
