package dev.stead.edge;

import static dev.stead.edge.Calls.answerHead;
import static dev.stead.edge.Calls.begun;
import static dev.stead.edge.Calls.call;
import static dev.stead.edge.Calls.h2c;
import static dev.stead.edge.Eventually.eventually;
import static dev.stead.edge.RawStreams.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.edge.control.Service;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Apps that speak HTTP/2 themselves: what ends before its time, is made again or refused.
@ExtendWith(NoLeaks.class)
final class H2cLossTest {
  private static final Duration SPREAD_MAX = Duration.ofSeconds(10);

  private static final int INTERNAL_ERROR = 2;
  private static final int REFUSED_STREAM = 7;
  private static final int CANCEL = 8;
  private static final int ENHANCE_YOUR_CALM = 11;

  @Test
  void aCallThatOutlivesItsReleaseIsToldToGoElsewhere() throws IOException {
    try (var old = new App("old", Calls::echo);
        var edge = new EdgeUnderTest(h2c(old));
        var client = RawStreams.connect(edge)) {
      client.head(1, false, call("/chat"));
      begun(client);
      edge.serve(h2c());
      edge.time().advance(Calls.DRAIN.plusSeconds(1));
      Sweeps.pass();
      client.data(1, false, "still");
      assertThat(client.await(frame -> frame.type() == RawStreams.DATA).text()).isEqualTo("still");
      edge.time().advance(Calls.DRAIN_STREAMS.plus(SPREAD_MAX));
      RawStreams.Frame trailers = begun(client);
      assertThat(trailers.headers())
          .containsExactly("grpc-status: 14", "grpc-message: The call outlived its release.");
      assertThat(trailers.ends()).isTrue();
      eventually("nothing in flight", () -> edge.inFlight("old") == 0);
    }
  }

  @Test
  void whatTheAppBreaksOffHasTheStatusThatTheAppGaveIt() throws IOException {
    try (var app =
            Calls.app(
                streams -> {
                  for (int error : List.of(INTERNAL_ERROR, CANCEL, ENHANCE_YOUR_CALM)) {
                    int stream = begun(streams).stream();
                    answerHead(streams, stream);
                    streams.data(stream, false, "half").reset(stream, error);
                  }
                  answerHead(streams, begun(streams).stream());
                });
        var edge = new EdgeUnderTest(h2c(app));
        var client = RawStreams.connect(edge)) {
      List<String> statuses = new ArrayList<>();
      for (int stream = 1; stream <= 7; stream += 2) {
        RawStreams.Answer answer = client.head(stream, false, call("/x")).answer(stream);
        assertThat(answer.trailers()).contains("grpc-message: The app broke off its answer.");
        statuses.add(answer.trailers().getFirst());
      }
      assertThat(statuses)
          .containsExactly(
              "grpc-status: 13", "grpc-status: 1", "grpc-status: 8", "grpc-status: 14");
      eventually("nothing in flight", () -> edge.inFlight("a") == 0);
    }
  }

  @Test
  void anAnswerThatIsNoCallsIsCutWhereTheAppBreaksItOff() throws IOException {
    try (var app =
            Calls.app(
                streams -> {
                  int stream = begun(streams).stream();
                  streams.head(stream, false, ":status", "200").data(stream, false, "half");
                  streams.reset(stream, CANCEL);
                  streams.toEnd();
                });
        var edge = new EdgeUnderTest(h2c(app));
        var client = RawStreams.connect(edge)) {
      assertThat(client.get(1, "/").answer(1).reset()).isEqualTo(INTERNAL_ERROR);
    }
  }

  @Test
  void aCallThatTheAppRefusedToBeginIsMadeAgainWithItsBody() throws IOException {
    try (var app = leaving((streams, call) -> streams.reset(call.stream(), REFUSED_STREAM));
        var edge = new EdgeUnderTest(h2c(app));
        var client = RawStreams.connect(edge)) {
      isMadeAgain(client);
      assertThat(app.connectionsMade()).isEqualTo(2);
    }
  }

  @Test
  void whatAnAppThatLeavesDidNotBeginGoesToItsNextConnection() throws IOException {
    try (var app = leaving((streams, call) -> streams.goAway(0));
        var edge = new EdgeUnderTest(h2c(app));
        var client = RawStreams.connect(edge)) {
      isMadeAgain(client);
      assertThat(app.connectionsMade()).isEqualTo(2);
    }
  }

  /// What an app does to a call that it has read.
  private interface Turn {
    void act(RawStreams streams, RawStreams.Frame call) throws IOException;
  }

  /// Does so on its first connection, and answers on all others.
  private static App leaving(Turn first) throws IOException {
    var begun = new AtomicBoolean();
    return new App(
        "a",
        (self, wire) -> {
          if (begun.getAndSet(true)) {
            Calls.echo(self, wire);
          } else {
            RawStreams streams = RawStreams.accept(wire);
            first.act(streams, body(streams, "an order"));
            wire.toEnd();
          }
        });
  }

  private static void isMadeAgain(RawStreams client) throws IOException {
    client.head(1, false, call("/shop.Orders/Place")).data(1, true, "an order");
    RawStreams.Answer answer = client.answer(1);
    assertThat(answer.body()).isEqualTo("an order");
    assertThat(answer.trailers()).containsExactly("grpc-status: 0");
  }

  /// Reads until a request's body is whole, which is as expected.
  private static RawStreams.Frame body(RawStreams app, String expected) throws IOException {
    RawStreams.Frame last = app.await(RawStreams.Frame::ends);
    assertThat(last.text()).isEqualTo(expected);
    return last;
  }

  @Test
  void whatTheAppMayHaveBegunIsNotMadeAgain() throws IOException {
    try (var app =
            Calls.app(
                streams -> {
                  streams.reset(body(streams, "x").stream(), INTERNAL_ERROR);
                  streams.toEnd();
                });
        var edge = new EdgeUnderTest(h2c(app));
        var client = RawStreams.connect(edge)) {
      client.head(1, false, call("/x")).data(1, true, "x");
      RawStreams.Frame refusal = begun(client);
      assertThat(refusal.headers())
          .contains(":status: 200", "content-type: application/grpc", "grpc-status: 14")
          .anyMatch(header -> header.startsWith("grpc-message: S-502-RESET: "));
      assertThat(refusal.ends()).isTrue();
    }
  }

  @Test
  void aBodyThatIsTooLargeToKeepIsNotSentAgain() throws IOException {
    try (var app =
            Calls.app(
                streams -> {
                  streams.reset(streams.await(RawStreams.Frame::ends).stream(), REFUSED_STREAM);
                  streams.toEnd();
                });
        var edge = new EdgeUnderTest(h2c(app));
        var client = RawStreams.connect(edge)) {
      client.head(1, false, call("/x")).data(1, false, "x".repeat(16_000));
      client.data(1, true, "x".repeat(1_000));
      assertThat(begun(client).headers()).contains("grpc-status: 14");
    }
  }

  @Test
  void anAppThatSpeaksSomethingElseIsSaidToDoSo() throws IOException {
    try (var app =
            new App("a", (self, wire) -> wire.send("HTTP/1.1 400 Bad Request\r\n\r\n").toEnd());
        var edge = new EdgeUnderTest(h2c(app));
        var plain = edge.connect()) {
      plain.get("/");
      RawClient.Message answer = edge.answerAfter(Duration.ofMillis(100), plain);
      assertThat(answer.status()).isEqualTo(502);
      assertThat(answer.body()).contains("S-502-ANSWER", "does not speak HTTP/2");
    }
  }

  @Test
  void anAppThatDoesNotGreetIsGivenUp() throws IOException {
    try (var app = new App("a", (self, wire) -> wire.toEnd());
        var edge = new EdgeUnderTest(h2c(app));
        var plain = edge.connect()) {
      plain.get("/");
      RawClient.Message answer = edge.answerAfter(Duration.ofSeconds(5), plain);
      assertThat(answer.status()).isEqualTo(504);
      assertThat(answer.body()).contains("S-504-CONNECT");
    }
  }

  @Test
  void anAnswerThatDoesNotComeTimesOutUnlessItIsACalls() throws IOException {
    var come = new CountDownLatch(2);
    try (var app =
            Calls.app(
                streams -> {
                  while (true) {
                    begun(streams);
                    come.countDown();
                  }
                });
        var edge = new EdgeUnderTest(h2c(app));
        var client = RawStreams.connect(edge)) {
      client.head(1, false, call("/wait")).get(3, "/");
      eventually("both are with the app", () -> come.getCount() == 0);
      edge.time().advance(Service.Limits.DEFAULTS.responseTimeout().plusSeconds(1));
      assertThat(client.answer(3).status()).isEqualTo(":status: 504");
      assertThat(edge.inFlight("a")).isEqualTo(1);
    }
  }

  @Test
  void whatTheEdgeRefusesHasAStatusOfGrpc() throws IOException {
    try (var edge = new EdgeUnderTest(h2c());
        var client = RawStreams.connect(edge)) {
      client.head(1, true, call("/x"));
      RawStreams.Answer nobody = client.answer(1);
      assertThat(nobody.headers())
          .contains(":status: 200", "content-type: application/grpc", "grpc-status: 14")
          .anyMatch(header -> header.startsWith("grpc-message: S-503-NO-TARGET: "));
      String[] elsewhere = call("/x");
      elsewhere[5] = "other.test";
      client.head(3, true, elsewhere);
      assertThat(client.answer(3).headers()).contains(":status: 200", "grpc-status: 12");
      client.head(5, true, request("POST", "/x", "content-type", "application/grpc-web+proto"));
      assertThat(client.answer(5).status()).isEqualTo(":status: 503");
    }
  }

  @Test
  void aClientThatGivesUpEndsItsCallAtTheApp() throws IOException {
    var ended = new CopyOnWriteArrayList<Integer>();
    try (var app =
            Calls.app(
                streams -> {
                  answerHead(streams, begun(streams).stream());
                  ended.add(streams.await(frame -> frame.type() == RawStreams.RST_STREAM).error());
                });
        var edge = new EdgeUnderTest(h2c(app));
        var client = RawStreams.connect(edge)) {
      client.head(1, false, call("/chat"));
      begun(client);
      client.reset(1, CANCEL);
      eventually("the app is told", () -> List.copyOf(ended).equals(List.of(CANCEL)));
    }
  }
}
