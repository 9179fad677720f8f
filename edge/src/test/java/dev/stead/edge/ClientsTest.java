package dev.stead.edge;

import static dev.stead.edge.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.edge.control.Service.Limits;
import dev.stead.edge.http.Bounds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Clients that take more than their share: of connections, or of time for their bodies.
@ExtendWith(NoLeaks.class)
final class ClientsTest {
  private static final int TURNED_AWAY_MAX = 256;
  private static final Duration STEP = Duration.ofSeconds(20);

  @Test
  void anAddressWithTooManyConnectionsIsToldSoWhileOthersComeIn() throws IOException {
    try (var app = App.echoing("a");
        var edge = new EdgeUnderTest(new Bounds(10, 2, 0, 0))) {
      edge.serve(Tables.service(app));
      try (var first = served(edge.connect());
          var second = served(edge.connect())) {
        try (var third = edge.connect();
            var stranger = RawClient.connectFrom("127.0.0.2", edge.port())) {
          RawClient.Message refused = third.message();
          assertThat(refused.status()).isEqualTo(429);
          assertThat(refused.body()).contains("S-429-CONNECTIONS");
          assertThat(refused.header("retry-after")).isNotEmpty();
          assertThat(third.ended()).isTrue();
          assertThat(stranger.get("/").message().status()).isEqualTo(200);
        }
        first.leave();
        eventually("the place is free again", () -> served(edge));
        assertThat(second.get("/").message().status()).isEqualTo(200);
      }
    }
  }

  @Test
  void beyondAllPlacesEverybodyIsToldSo() throws IOException {
    try (var app = App.echoing("a");
        var edge = new EdgeUnderTest(new Bounds(2, 2, 0, 0))) {
      edge.serve(Tables.service(app));
      try (var _ = served(edge.connect());
          var second = served(RawClient.connectFrom("127.0.0.2", edge.port()));
          var third = RawClient.connectFrom("127.0.0.3", edge.port())) {
        RawClient.Message refused = third.get("/").message();
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.body()).contains("S-503-CONNECTIONS");
        second.leave();
        eventually("the place is free again", () -> served(edge));
      }
    }
  }

  /// A connection that has its place: before its first answer it may still be on its way in.
  private static RawClient served(RawClient connection) throws IOException {
    assertThat(connection.get("/").message().status()).isEqualTo(200);
    return connection;
  }

  /// Whether one more connection is served, which then goes.
  private static boolean served(EdgeUnderTest edge) {
    try (var one = edge.connect()) {
      return one.get("/").message().status() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void whoeverIsTurnedAwayAndStaysIsNotToldForEver() throws IOException {
    List<RawClient> told = new ArrayList<>();
    try (var app = App.echoing("a");
        var edge = new EdgeUnderTest(new Bounds(1, 1, 0, 0))) {
      edge.serve(Tables.service(app));
      try (var first = edge.connect()) {
        assertThat(first.get("/").message().status()).isEqualTo(200);
        for (int i = 0; i < TURNED_AWAY_MAX; i++) {
          RawClient one = edge.connect();
          told.add(one);
          assertThat(one.message().status()).isEqualTo(503);
        }
        try (var cut = edge.connect()) {
          assertThat(cut.ended()).isTrue();
        }
        assertThat(first.get("/").message().status()).isEqualTo(200);
      } finally {
        for (RawClient one : told) {
          one.close();
        }
      }
    }
  }

  @Test
  void whenPlacesAreScarceIdleConnectionsAreLetGoEarly() throws IOException {
    try (var app = App.echoing("a");
        var edge = new EdgeUnderTest(new Bounds(4, 4, 0, 0))) {
      edge.serve(Tables.service(app));
      try (var first = edge.connect();
          var second = edge.connect();
          var third = edge.connect()) {
        for (RawClient each : List.of(first, second, third)) {
          assertThat(each.get("/").message().status()).isEqualTo(200);
        }
        edge.time().advance(Duration.ofSeconds(6));
        Sweeps.pass();
        assertThat(first.get("/").message().status()).isEqualTo(200);
        try (var fourth = edge.connect()) {
          assertThat(fourth.get("/").message().status()).isEqualTo(200);
          edge.time().advance(Duration.ofSeconds(6));
          var all = List.of(first, second, third, fourth);
          eventually("one makes room", () -> all.stream().anyMatch(ClientsTest::gone));
        }
      }
    }
  }

  private static boolean gone(RawClient idle) {
    try {
      idle.socket().setSoTimeout(20);
      return idle.ended();
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aBodyThatTricklesIsGivenUp() throws IOException {
    try (var app = App.echoing("a");
        var edge = new EdgeUnderTest(Tables.service(app));
        var client = edge.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 100000\r\n\r\n");
      eventually("the head is there", () -> edge.inFlight("a") == 1);
      int steps = 0;
      while (!client.readable()) {
        client.send("x");
        Sweeps.pass();
        edge.time().advance(STEP);
        Sweeps.pass();
        steps++;
        assertThat(steps).as("a minute, in steps of 20 s").isLessThanOrEqualTo(4);
      }
      RawClient.Message answer = client.message();
      assertThat(answer.status()).isEqualTo(408);
      assertThat(answer.body()).contains("S-408-BODY-RATE");
      assertThat(steps).isGreaterThanOrEqualTo(3);
      assertThat(app.requests()).isEmpty();
    }
  }

  @Test
  void aSlowBodyThatIsFastEnoughIsTaken() throws IOException {
    try (var app = App.echoing("a");
        var edge = new EdgeUnderTest(Tables.service(app));
        var client = edge.connect()) {
      int steps = 10;
      String piece = "x".repeat(256 * Math.toIntExact(STEP.toSeconds()));
      client.send(
          "POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: %d\r\n\r\n"
              .formatted(piece.length() * steps));
      for (int i = 0; i < steps; i++) {
        client.send(piece);
        Sweeps.pass();
        edge.time().advance(STEP);
        Sweeps.pass();
      }
      assertThat(client.message().status()).isEqualTo(200);
    }
  }

  @Test
  void theTimeThatAnAppTakesToReadDoesNotCountAgainstTheClient() throws Exception {
    var reads = new CountDownLatch(1);
    int bytes = 20_000_000;
    try (var app =
            new App(
                "a",
                (self, wire) -> {
                  wire.head();
                  Latches.await(reads);
                  wire.exactly(bytes);
                  wire.send(App.ok("all"));
                });
        var edge = new EdgeUnderTest(Tables.limited(Tables.service(app), patient()));
        var client = edge.connect()) {
      client.send(
          "POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: %d\r\n\r\n".formatted(bytes));
      var sent = new AtomicInteger();
      var sending = new FutureTask<>(() -> sendAll(client, bytes, sent));
      Thread.ofVirtual().name("client").start(sending);
      eventually("all buffers on the way to the app are full", () -> stands(sent));
      for (int i = 0; i < 10; i++) {
        Sweeps.pass();
        edge.time().advance(Duration.ofMinutes(1));
      }
      Sweeps.pass();
      assertThat(client.readable()).isFalse();
      reads.countDown();
      assertThat(client.message().body()).isEqualTo("all");
      sending.get();
    }
  }

  private static @Nullable Void sendAll(RawClient client, int bytes, AtomicInteger sent)
      throws IOException {
    var piece = new byte[100_000];
    while (sent.get() < bytes) {
      client.send(piece);
      sent.addAndGet(piece.length);
    }
    return null;
  }

  /// Whether some has been sent and no more can be: not for so long that a busy machine is no
  /// reason.
  private static boolean stands(AtomicInteger sent) {
    int before = sent.get();
    for (int i = 0; i < 10; i++) {
      Sweeps.pass();
    }
    return before > 0 && sent.get() == before;
  }

  private static Limits patient() {
    Limits defaults = Limits.DEFAULTS;
    return new Limits(
        defaults.bodyBytesMax(),
        defaults.connectTimeout(),
        Duration.ofHours(1),
        defaults.drain(),
        defaults.drainStreams(),
        defaults.holdRequestsMax(),
        defaults.holdTimeout());
  }

  @Test
  void boundsThatCannotBeMeantAreRefused() {
    assertThat(problem(0, 1, 0)).contains("connections-max").contains("0");
    assertThat(problem(1, 1, -1)).contains("body-rate-min").contains("-1");
    assertThat(problem(1, 1, 0, -1)).contains("upload-bytes-max").contains("-1");
  }

  private static String problem(int max, int perAddressMax, long rateMin) {
    return problem(max, perAddressMax, rateMin, 0);
  }

  private static String problem(int max, int perAddressMax, long rateMin, long uploadBytesMax) {
    try {
      return "taken: " + new Bounds(max, perAddressMax, rateMin, uploadBytesMax);
    } catch (IllegalArgumentException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
