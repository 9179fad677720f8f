package dev.stead.edge;

import static dev.stead.edge.Eventually.eventually;
import static dev.stead.edge.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.edge.control.LatencyScale;
import dev.stead.edge.control.Service.Mode;
import dev.stead.edge.control.TrafficReport;
import dev.stead.edge.control.TrafficReport.Latencies;
import dev.stead.edge.control.TrafficReport.ReleaseTraffic;
import dev.stead.sdk.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// What the edge has counted, compared with what its clients have seen.
@ExtendWith(NoLeaks.class)
final class TrafficTest {
  private static final int LARGE = 8 << 20;
  private static final byte[] LARGE_BODY = new byte[LARGE];
  private static final int CLIENTS = 12;
  private static final int ROUNDS = 8;
  private static final Duration LOAD_MAX = Duration.ofMinutes(1);

  private static TrafficReport report(EdgeUnderTest edge) throws IOException {
    return Wire.read(edge.ask("GET", "/v1/traffic", new byte[0]).bytes(), TrafficReport.class);
  }

  private static TrafficReport report(Path socket) throws IOException {
    return Wire.read(
        EdgeUnderTest.ask(socket, "GET", "/v1/traffic", new byte[0]).bytes(), TrafficReport.class);
  }

  private static ReleaseTraffic of(TrafficReport report, String service, int release) {
    return report.releases().stream()
        .filter(each -> each.service().equals(service) && each.release() == release)
        .findAny()
        .orElseGet(() -> new ReleaseTraffic(service, release, 0, 0, 0, 0, new TreeMap<>()));
  }

  private static ReleaseTraffic shop(EdgeUnderTest edge) throws IOException {
    return of(report(edge), "shop", 0);
  }

  private static long count(Latencies latencies) {
    List<Long> pairs = latencies.counts();
    return LongStream.range(0, pairs.size() / 2)
        .map(i -> pairs.get(Math.toIntExact(2 * i + 1)))
        .sum();
  }

  private static Map<String, Long> ends(ReleaseTraffic traffic) {
    var ends = new TreeMap<String, Long>();
    traffic.outcomes().forEach((outcome, latencies) -> ends.put(outcome, count(latencies)));
    return ends;
  }

  /// Ends an exchange as its path says.
  private static App ending(String id) throws IOException {
    return new App(id, TrafficTest::end);
  }

  private static void end(App app, RawClient wire) throws IOException {
    while (true) {
      RawClient.Message request = wire.message();
      switch (request.start().split(" ", -1)[1]) {
        case "/missing" -> wire.send("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno");
        case "/moved" -> wire.send("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n");
        case "/broken" -> wire.send("HTTP/1.1 500 Broken\r\nContent-Length: 2\r\n\r\nno");
        case "/cut" -> {
          wire.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
          return;
        }
        case "/lost" -> {
          return;
        }
        case "/large" -> {
          wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + LARGE + "\r\n\r\n");
          wire.send(LARGE_BODY);
        }
        case "/events" -> {
          wire.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n");
          wire.read();
          return;
        }
        default -> wire.send(App.ok("well"));
      }
    }
  }

  private static int visit(EdgeUnderTest edge, String path) throws IOException {
    try (var client = edge.connect()) {
      return client.get(path).head().status();
    }
  }

  /// Goes away in the middle of a large answer.
  private static void abandon(EdgeUnderTest edge) throws IOException {
    try (var client = edge.connect()) {
      client.get("/large").head();
      client.exactly(1);
      client.reset();
    }
  }

  @Test
  void everyExchangeIsCountedOnceHoweverItEnds() throws IOException {
    try (var app = ending("a");
        var edge = new EdgeUnderTest(Tables.service(app))) {
      try (var client = edge.connect()) {
        assertThat(client.get("/").message().body()).isEqualTo("well");
        assertThat(client.post("/", "12345").message().body()).isEqualTo("well");
        assertThat(client.get("/moved").message().status()).isEqualTo(302);
        assertThat(client.get("/missing").message().status()).isEqualTo(404);
        assertThat(client.get("/broken").message().status()).isEqualTo(500);
        assertThat(client.post("/lost", "1").message().status()).isEqualTo(502);
      }
      assertThat(visit(edge, "/cut")).isEqualTo(200);
      abandon(edge);
      eventually("the edge has noticed both", () -> quiet(edge));
      ReleaseTraffic shop = shop(edge);
      assertThat(ends(shop))
          .isEqualTo(Map.of("2xx", 2L, "3xx", 1L, "4xx", 1L, "5xx", 3L, "aborted", 1L));
      assertThat(shop.bytesIn()).isEqualTo(6);
      assertThat(shop.bytesOut()).isBetween(16L, (long) LARGE);
      assertThat(shop.streams()).isZero();
    }
  }

  private static boolean quiet(EdgeUnderTest edge) {
    try {
      return report(edge).releases().stream().allMatch(r -> r.inFlight() + r.streams() == 0);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatNobodyServesSharesOneEntryWhateverItsHost() throws IOException {
    try (var app = ending("a");
        var edge = new EdgeUnderTest(Tables.service(app))) {
      for (int i = 0; i < 5; i++) {
        try (var client = edge.connect()) {
          client.send("GET / HTTP/1.1\r\nHost: host-" + i + ".test\r\n\r\n");
          assertThat(client.message().status()).isEqualTo(404);
        }
      }
      try (var client = edge.connect()) {
        assertThat(client.send("nonsense\r\n\r\n").message().status()).isEqualTo(400);
      }
      TrafficReport report = report(edge);
      assertThat(report.releases()).hasSize(1);
      assertThat(ends(of(report, ReleaseTraffic.NOBODY, 0))).isEqualTo(Map.of("4xx", 6L));
    }
  }

  @Test
  void aStreamIsCountedWithItsHeadAndIsOpenUntilItEnds() throws IOException {
    try (var chat = new App("b", Sockets::echo);
        var app = ending("a");
        var edge =
            new EdgeUnderTest(
                Tables.service(app),
                Tables.named(Tables.service(chat), "chat", "app.test", "/ws"));
        var socket = edge.connect();
        var events = edge.connect()) {
      Sockets.open(socket);
      socket.send(Sockets.text("hello"));
      assertThat(socket.exactly(7)).endsWith("hello");
      events.get("/events").head();
      assertThat(events.chunk()).isEqualTo("data: 1\n\n");

      ReleaseTraffic open = of(report(edge), "chat", 0);
      assertThat(ends(open)).isEqualTo(Map.of("1xx", 1L));
      assertThat(List.of(open.streams(), open.inFlight())).isEqualTo(List.of(1, 0));
      assertThat(List.of(open.bytesIn(), open.bytesOut())).isEqualTo(List.of(11L, 7L));
      assertThat(shop(edge).streams()).isEqualTo(1);

      socket.leave();
      events.reset();
      eventually("both have ended", () -> quiet(edge));
      assertThat(ends(of(report(edge), "chat", 0))).isEqualTo(Map.of("1xx", 1L));
      assertThat(ends(shop(edge))).isEqualTo(Map.of("2xx", 1L));
    }
  }

  @Test
  void aFilesBytesAreCountedAndSoIsAClientThatLeavesInTheMiddle(@TempDir Path files)
      throws IOException {
    Files.write(files.resolve("small"), new byte[1_000]);
    Files.write(files.resolve("large"), LARGE_BODY);
    try (var edge = new EdgeUnderTest(Tables.withFiles(Tables.service(), files.toString()))) {
      try (var client = edge.connect()) {
        assertThat(client.get("/small").message().body()).hasSize(1_000);
      }
      assertThat(shop(edge).bytesOut()).isEqualTo(1_000);
      abandon(edge);
      eventually("the edge has noticed", () -> quiet(edge));
      assertThat(ends(shop(edge))).isEqualTo(Map.of("2xx", 1L, "aborted", 1L));
      assertThat(shop(edge).bytesOut()).isGreaterThan(1_000).isLessThan(LARGE);
    }
  }

  @Test
  void aLatencyIsCountedWithinASixteenth() throws IOException {
    var answers = new CountDownLatch(1);
    var took = Duration.ofMillis(1_234);
    try (var app =
            new App(
                "a",
                (self, wire) -> {
                  self.receive(wire);
                  Latches.await(answers);
                  wire.send(App.ok("late"));
                });
        var edge = new EdgeUnderTest(Tables.service(app));
        var client = edge.connect()) {
      client.get("/");
      eventually("the app has it", () -> !app.requests().isEmpty());
      assertThat(shop(edge).inFlight()).isEqualTo(1);
      edge.time().advance(took);
      answers.countDown();
      assertThat(client.message().body()).isEqualTo("late");
      Latencies latencies = Objects.requireNonNull(shop(edge).outcomes().get("2xx"));
      assertThat(latencies.sumMicros()).isEqualTo(took.toMillis() * 1_000);
      assertThat(latencies.counts())
          .isEqualTo(List.of((long) LatencyScale.bucket(took.toNanos()), 1L));
    }
  }

  @Test
  void aReleaseThatLeftIsCountedUntilItHasDrainedAndForgottenLater() throws IOException {
    var answers = new CountDownLatch(1);
    try (var old =
            new App(
                "old",
                (self, wire) -> {
                  self.receive(wire);
                  Latches.await(answers);
                  wire.send(App.ok("old"));
                });
        var young = ending("young");
        var edge = new EdgeUnderTest(Tables.released(Tables.service(old), 1));
        var waiting = edge.connect()) {
      waiting.get("/");
      eventually("the old one has it", () -> !old.requests().isEmpty());
      edge.serve(Tables.released(Tables.service(young), 2));
      assertThat(visit(edge, "/")).isEqualTo(200);
      TrafficReport between = report(edge);
      assertThat(of(between, "shop", 1).inFlight()).isEqualTo(1);
      assertThat(ends(of(between, "shop", 2))).isEqualTo(Map.of("2xx", 1L));

      answers.countDown();
      assertThat(waiting.message().body()).isEqualTo("old");
      assertThat(ends(of(report(edge), "shop", 1))).isEqualTo(Map.of("2xx", 1L));
      edge.time().advance(Duration.ofMinutes(11));
      report(edge);
      assertThat(report(edge).releases())
          .extracting(ReleaseTraffic::release)
          .as("nobody's, and what is listed")
          .containsExactlyInAnyOrder(0, 2);
    }
  }

  @Test
  void aHeldRequestIsCountedForTheReleaseThatAnswers() throws IOException {
    try (var app = ending("a");
        var edge = new EdgeUnderTest(Tables.in(Tables.released(Tables.service(), 1), Mode.HOLD));
        var client = edge.connect()) {
      client.get("/");
      eventually("it is held", () -> inFlight(edge, 1) == 1);
      edge.serve(Tables.released(Tables.service(app), 2));
      assertThat(client.message().body()).isEqualTo("well");
      assertThat(ends(of(report(edge), "shop", 1))).isEmpty();
      assertThat(inFlight(edge, 1)).isZero();
      assertThat(ends(of(report(edge), "shop", 2))).isEqualTo(Map.of("2xx", 1L));
    }
  }

  private static int inFlight(EdgeUnderTest edge, int release) {
    try {
      return of(report(edge), "shop", release).inFlight();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /// Clients of every kind at once, each of which writes down how its exchanges ended.
  private static final class MixedLoad {
    final Map<String, LongAdder> seen = new ConcurrentSkipListMap<>();
    private final List<Future<Boolean>> clients = new ArrayList<>();
    private final EdgeUnderTest edge;

    MixedLoad(EdgeUnderTest edge) {
      this.edge = edge;
      for (int i = 0; i < CLIENTS; i++) {
        int kind = i % 4;
        var client =
            new FutureTask<>(
                () -> {
                  run(kind);
                  return true;
                });
        Thread.ofVirtual().name("client-" + i).start(client);
        clients.add(client);
      }
    }

    private void note(String outcome) {
      seen.computeIfAbsent(outcome, _ -> new LongAdder()).increment();
    }

    private void run(int kind) throws IOException {
      for (int round = 0; round < ROUNDS; round++) {
        switch (kind) {
          case 0 -> keptConnection();
          case 1 -> streams();
          case 2 -> webSocket();
          default -> {
            abandon(edge);
            note("aborted");
          }
        }
      }
    }

    private void keptConnection() throws IOException {
      try (var client = edge.connect()) {
        for (String path : List.of("/", "/missing", "/broken", "/moved")) {
          note(client.get(path).message().status() / 100 + "xx");
        }
      }
    }

    private void streams() throws IOException {
      try (var client = RawStreams.connect(edge)) {
        client.get(1, "/").get(3, "/missing").get(5, "/");
        for (int answers = 0; answers < 3; answers++) {
          client.await(RawStreams.Frame::ends);
        }
      }
      note("2xx");
      note("4xx");
      note("2xx");
    }

    private void webSocket() throws IOException {
      try (var client = edge.connect()) {
        Sockets.open(client);
        note("1xx");
        client.send(Sockets.text("x"));
        client.exactly(3);
      }
    }

    Map<String, Long> await() {
      within(LOAD_MAX, "all clients are through", () -> clients.stream().allMatch(Future::isDone));
      assertThat(clients).allMatch(Future::resultNow);
      var sums = new TreeMap<String, Long>();
      seen.forEach((outcome, sum) -> sums.put(outcome, sum.sum()));
      return sums;
    }
  }

  @Test
  void mixedLoadOnAllLoopsIsCountedToTheLastExchange() throws IOException {
    try (var app = ending("a");
        var chat = new App("b", Sockets::echo);
        var edge =
            new EdgeUnderTest(
                Tables.service(app),
                Tables.named(Tables.service(chat), "chat", "app.test", "/ws"))) {
      Map<String, Long> seen = new MixedLoad(edge).await();
      eventually("nothing is in flight", () -> quiet(edge));
      var counted = new TreeMap<>(ends(shop(edge)));
      counted.putAll(ends(of(report(edge), "chat", 0)));
      assertThat(counted).isEqualTo(seen);
    }
  }

  private static List<Path> sockets(EdgeUnderTest edge) throws IOException {
    try (Stream<Path> files = Files.list(edge.home().resolve("edge"))) {
      return files.filter(file -> file.getFileName().toString().startsWith("edge-")).toList();
    }
  }

  @Test
  void aRetiredEdgeStaysUntilItsLastNumbersHaveBeenRead() throws IOException {
    try (var app = ending("a");
        var edge = new EdgeUnderTest(Tables.service(app));
        var kept = edge.connect()) {
      assertThat(kept.get("/").message().status()).isEqualTo(200);
      String before = report(edge).edge();
      Path old = sockets(edge).getFirst();
      FutureTask<Boolean> retired = edge.overtaken().retire();
      assertThat(report(edge).edge()).isNotEqualTo(before);
      Sweeps.pass();
      assertThat(kept.get("/").message().header("connection")).isEqualTo("close");
      assertThat(visit(edge, "/")).isEqualTo(200);
      kept.leave();
      Sweeps.pass();
      Sweeps.pass();
      assertThat(retired.isDone()).as("nobody has asked yet").isFalse();
      TrafficReport last = report(old);
      assertThat(last.edge()).isEqualTo(before);
      assertThat(ends(of(last, "shop", 0))).isEqualTo(Map.of("2xx", 2L));
      assertThat(ends(shop(edge))).isEqualTo(Map.of("2xx", 1L));
      eventually("it goes", retired::isDone);
    }
  }

  @Test
  void theReportIsSmall() throws IOException {
    try (var app = ending("a");
        var edge = new EdgeUnderTest(Tables.service(app))) {
      assertThat(visit(edge, "/")).isEqualTo(200);
      String json = edge.ask("GET", "/v1/traffic", new byte[0]).body();
      assertThat(json.getBytes(StandardCharsets.UTF_8).length).isLessThan(500);
    }
  }
}
