package dev.stead.edge;

import static dev.stead.edge.Calls.answerHead;
import static dev.stead.edge.Calls.begun;
import static dev.stead.edge.Calls.call;
import static dev.stead.edge.Calls.h2c;
import static dev.stead.edge.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Apps that speak HTTP/2 themselves: what passes, as raw frames on both ends of the edge.
@ExtendWith(NoLeaks.class)
final class H2cTest {
  private static final String PIECE = "x".repeat(1_000);

  /// The client's window, and what the edge keeps of one stream towards the app and the client.
  private static final long LEFT_UNREAD_MAX = 3 * 65_536;

  @Test
  void aCallAndItsTrailersPassAsTheyAre() throws IOException {
    var seen = new CopyOnWriteArrayList<String>();
    try (var app =
            Calls.app(
                streams -> {
                  RawStreams.Frame head = begun(streams);
                  seen.addAll(head.headers());
                  String message = streams.await(frame -> frame.type() == RawStreams.DATA).text();
                  answerHead(streams, head.stream());
                  streams
                      .data(head.stream(), false, "you said " + message)
                      .head(head.stream(), true, "grpc-status", "0", "grpc-message", "fine");
                  streams.toEnd();
                });
        var edge = new EdgeUnderTest(h2c(app));
        var client = RawStreams.connect(edge)) {
      client.head(1, false, call("/shop.Orders/Place")).data(1, true, "hello");
      RawStreams.Answer answer = client.answer(1);
      assertThat(answer.headers()).contains(":status: 200", "content-type: application/grpc");
      assertThat(answer.body()).isEqualTo("you said hello");
      assertThat(answer.trailers()).containsExactly("grpc-status: 0", "grpc-message: fine");
      assertThat(seen)
          .contains(
              ":method: POST",
              ":scheme: http",
              ":authority: app.test",
              ":path: /shop.Orders/Place",
              "te: trailers",
              "x-forwarded-proto: https",
              "via: 2 stead")
          .noneMatch(header -> header.startsWith("transfer-encoding") || header.contains("http2"));
    }
  }

  @Test
  void aCallThatEndsWellIsNotReset() throws IOException {
    var types = new CopyOnWriteArrayList<Integer>();
    try (var app =
            Calls.app(
                streams -> {
                  while (true) {
                    RawStreams.Frame next = streams.read();
                    types.add(next.type());
                    if (next.ends()) {
                      answerHead(streams, next.stream());
                      streams.head(next.stream(), true, "grpc-status", "0");
                    }
                  }
                });
        var edge = new EdgeUnderTest(h2c(app));
        var client = RawStreams.connect(edge)) {
      for (int stream = 1; stream <= 9; stream += 2) {
        client.head(stream, false, call("/x")).data(stream, true, "x");
        assertThat(client.answer(stream).trailers()).containsExactly("grpc-status: 0");
      }
      assertThat(types).contains(RawStreams.DATA).doesNotContain(RawStreams.RST_STREAM);
    }
  }

  @Test
  void aFailureWithoutABodyStaysOneHead() throws IOException {
    try (var app =
            Calls.app(
                streams -> {
                  RawStreams.Frame head = begun(streams);
                  streams.head(
                      head.stream(),
                      true,
                      ":status",
                      "200",
                      "content-type",
                      "application/grpc",
                      "grpc-status",
                      "12");
                  streams.toEnd();
                });
        var edge = new EdgeUnderTest(h2c(app));
        var client = RawStreams.connect(edge)) {
      client.head(1, false, call("/shop.Orders/None")).data(1, true, "x");
      RawStreams.Frame head = begun(client);
      assertThat(head.headers()).contains("grpc-status: 12");
      assertThat(head.ends()).isTrue();
      eventually("nothing in flight", () -> edge.inFlight("a") == 0);
    }
  }

  @Test
  void bothSidesTalkForAsLongAsTheyLike() throws IOException {
    try (var app = new App("a", Calls::echo);
        var edge = new EdgeUnderTest(h2c(app));
        var client = RawStreams.connect(edge)) {
      client.head(1, false, call("/chat"));
      begun(client);
      for (int i = 0; i < 5; i++) {
        client.data(1, false, "message " + i);
        assertThat(client.await(frame -> frame.type() == RawStreams.DATA).text())
            .isEqualTo("message " + i);
        edge.time().advance(Duration.ofMinutes(3));
        Sweeps.pass();
      }
      assertThat(edge.target("a")).isNotNull().matches(t -> t.streams() == 1 && t.requests() == 0);
      client.data(1, true, "");
      assertThat(client.answer(1).trailers()).isEmpty();
    }
  }

  @Test
  void callsShareAConnectionToTheirApp() throws IOException {
    try (var app = new App("a", Calls::echo);
        var edge = new EdgeUnderTest(h2c(app));
        var client = RawStreams.connect(edge)) {
      client.head(1, false, call("/open"));
      begun(client);
      for (int stream = 3; stream < 43; stream += 2) {
        client.head(stream, false, call("/more")).data(stream, true, "m" + stream);
        assertThat(client.answer(stream).body()).isEqualTo("m" + stream);
      }
      assertThat(app.connectionsMade()).isEqualTo(1);
    }
  }

  @Test
  void aClientOfHttp11IsServedByAnAppThatSpeaksH2c() throws IOException {
    try (var app = new App("a", Calls::echo);
        var edge = new EdgeUnderTest(h2c(app));
        var client = edge.connect()) {
      client.post("/", "plain");
      RawClient.Message answer = client.message();
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo("plain");
      assertThat(answer.head()).doesNotContain("x-http2");
      client.post("/", "again");
      assertThat(client.message().body()).isEqualTo("again");
    }
  }

  @Test
  void anAppThatTakesOneStreamAtATimeIsAskedOverMoreConnections() throws IOException {
    try (var app =
            new App(
                "a",
                (self, wire) -> {
                  byte[] oneStream = {0, 3, 0, 0, 0, 1};
                  RawStreams streams = RawStreams.accept(wire, oneStream);
                  answerHead(streams, begun(streams).stream());
                  wire.toEnd();
                });
        var edge = new EdgeUnderTest(h2c(app));
        var client = RawStreams.connect(edge)) {
      for (int stream = 1; stream <= 5; stream += 2) {
        client.head(stream, false, call("/open"));
      }
      for (int i = 0; i < 3; i++) {
        assertThat(begun(client).headers()).contains(":status: 200");
      }
      assertThat(app.connectionsMade()).isEqualTo(3);
    }
  }

  @Test
  void callsThatComeWhileAConnectionIsMadeShareIt() throws IOException {
    var greets = new CountDownLatch(1);
    try (var app =
            new App(
                "a",
                (self, wire) -> {
                  Latches.await(greets);
                  Calls.echo(self, wire);
                });
        var edge = new EdgeUnderTest(h2c(app));
        var client = RawStreams.connect(edge)) {
      for (int stream = 1; stream <= 19; stream += 2) {
        client.head(stream, false, call("/open"));
      }
      eventually("all have come", () -> edge.inFlight("a") == 10);
      greets.countDown();
      for (int i = 0; i < 10; i++) {
        begun(client);
      }
      assertThat(app.connectionsMade()).isEqualTo(1);
    }
  }

  @Test
  void aClientThatReadsNothingStopsItsOwnCallAlone() throws IOException {
    var sent = new AtomicLong();
    try (var app = Calls.app(streams -> pour(streams, sent));
        var edge = new EdgeUnderTest(h2c(app));
        var client = RawStreams.connect(edge)) {
      client.head(1, false, call("/pour"));
      eventually("no more can be sent", () -> stands(sent));
      assertThat(sent.get()).isLessThan(LEFT_UNREAD_MAX);
      client.head(3, true, call("/answer"));
      assertThat(client.answer(3).trailers()).containsExactly("grpc-status: 0");
      assertThat(app.connectionsMade()).isEqualTo(1);
      long before = sent.get();
      byte[] more = {0, 1, 0, 0};
      client.frame(RawStreams.WINDOW_UPDATE, 0, 0, more);
      client.frame(RawStreams.WINDOW_UPDATE, 0, 1, more);
      eventually("it goes on", () -> sent.get() > before);
    }
  }

  /// Sends to whoever asks for `/pour` as much as its window allows, for ever; answers every other.
  private static void pour(RawStreams app, AtomicLong sent) throws IOException {
    int poured = 0;
    long window = 0;
    while (true) {
      RawStreams.Frame next = app.read();
      switch (next.type()) {
        case RawStreams.SETTINGS -> window += initialWindow(next);
        case RawStreams.WINDOW_UPDATE -> window += next.stream() > 0 ? next.number(0) : 0;
        case RawStreams.HEADERS -> {
          answerHead(app, next.stream());
          if (next.headers().contains(":path: /pour")) {
            poured = next.stream();
          } else {
            app.head(next.stream(), true, "grpc-status", "0");
          }
        }
        default -> {}
      }
      for (; poured > 0 && window >= PIECE.length(); window -= PIECE.length()) {
        app.data(poured, false, PIECE);
        sent.addAndGet(PIECE.length());
      }
    }
  }

  private static int initialWindow(RawStreams.Frame settings) {
    for (int at = 0; at < settings.text().length(); at += 6) {
      if (settings.text().charAt(at + 1) == 4) {
        return settings.number(at + 2);
      }
    }
    return 0;
  }

  /// Whether some has been sent and no more can be.
  private static boolean stands(AtomicLong sent) {
    long before = sent.get();
    Sweeps.pass();
    return before > 0 && sent.get() == before;
  }
}
