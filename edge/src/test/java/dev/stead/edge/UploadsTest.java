package dev.stead.edge;

import static dev.stead.edge.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.edge.control.Service;
import dev.stead.edge.control.Service.Balance;
import dev.stead.edge.http.Bounds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Bodies that the edge takes whole before it asks the app.
@ExtendWith(NoLeaks.class)
final class UploadsTest {
  private static final int MEGABYTE = 1 << 20;
  private static final int DRIB = 16 * 1024;

  private static Service buffering(Service service) {
    return Tables.forwarded(service, new Service.Forwarding(Balance.LEAST_IN_FLIGHT, true));
  }

  private static EdgeUnderTest edge(App... apps) throws IOException {
    return new EdgeUnderTest(buffering(Tables.service(apps)));
  }

  /// Bytes as Latin-1 characters.
  private static String body(int length) {
    var bytes = new byte[length];
    new SplittableRandom(length).nextBytes(bytes);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static String hash(String body) {
    try {
      byte[] bytes = body.getBytes(StandardCharsets.ISO_8859_1);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has it", e);
    }
  }

  /// Answers with what came, and works on one request at a time: from its head on nobody else is
  /// served.
  private static App withOneWorker() throws IOException {
    var worker = new ReentrantLock();
    return new App("a", (self, wire) -> serve(self, wire, worker));
  }

  private static void serve(App app, RawClient wire, ReentrantLock worker) throws IOException {
    while (true) {
      RawClient.Message head = app.receiveHead(wire);
      worker.lock();
      try {
        wire.send(answer(head, wire.body(head)));
      } finally {
        worker.unlock();
      }
    }
  }

  private static String answer(RawClient.Message head, String body) {
    return App.ok(
        "%s %s %s expect=%s"
            .formatted(
                head.start(),
                head.headers().containsKey("transfer-encoding")
                    ? "chunked"
                    : head.header("content-length"),
                hash(body),
                head.header("expect")));
  }

  private static String came(String method, String body) {
    return "%s / HTTP/1.1 %d %s expect=".formatted(method, body.length(), hash(body));
  }

  private static String head(String method, String... more) {
    return "%s / HTTP/1.1\r\nHost: app.test\r\n%s\r\n\r\n"
        .formatted(method, String.join("\r\n", more));
  }

  private static String length(String body) {
    return "Content-Length: " + body.length();
  }

  /// How many files of uploads this process has open, named or not.
  private static long files(EdgeUnderTest edge) {
    String within = edge.home().resolve("edge/uploads").toString();
    try (var open = Files.list(Path.of("/proc/self/fd"))) {
      return open.filter(descriptor -> target(descriptor).startsWith(within)).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (NoSuchFileException e) {
      return "closed meanwhile";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long named(EdgeUnderTest edge) {
    try (var all = Files.list(edge.home().resolve("edge/uploads"))) {
      return all.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void nothingIsLeft(EdgeUnderTest edge) {
    eventually("no file is open", () -> files(edge) == 0);
  }

  @Test
  void aSlowUploadKeepsNobodyWaiting() throws IOException {
    String body = body(MEGABYTE);
    try (var app = withOneWorker();
        var edge = edge(app);
        var slow = edge.connect();
        var other = edge.connect()) {
      slow.send(head("POST", length(body)));
      for (int at = 0; at < body.length(); at += DRIB) {
        slow.send(body.substring(at, at + DRIB));
        assertThat(other.get("/").message().body()).startsWith("GET / ");
      }
      assertThat(slow.message().body()).isEqualTo(came("POST", body));
      assertThat(app.requests()).filteredOn(r -> r.start().startsWith("POST")).hasSize(1);
      nothingIsLeft(edge);
    }
  }

  @Test
  void whatIsSmallStaysInMemoryAndWhatIsLargeIsNamelessOnDisk() throws IOException {
    String large = body(MEGABYTE);
    try (var app = withOneWorker();
        var edge = edge(app);
        var client = edge.connect()) {
      client.send(head("POST", "Content-Length: 5") + "small");
      assertThat(client.message().body()).isEqualTo(came("POST", "small"));
      assertThat(edge.home().resolve("edge/uploads")).doesNotExist();

      client.send(head("POST", length(large)) + large.substring(1));
      eventually("it is on disk", () -> files(edge) == 1);
      eventually("it has no name", () -> named(edge) == 0);
      assertThat(edge.inFlight("a")).isZero();
      client.send(large.substring(0, 1));
      assertThat(client.message().status()).isEqualTo(200);
      nothingIsLeft(edge);
    }
  }

  @Test
  void chunksBecomeOneBodyWithALengthAndWithoutTrailers() throws IOException {
    String piece = body(100_000);
    try (var app = withOneWorker();
        var edge = edge(app);
        var client = edge.connect()) {
      client.send(head("POST", "Transfer-Encoding: chunked", "Trailer: X-Sum"));
      client.send("%x\r\n%s\r\n".formatted(piece.length(), piece));
      client.send("%x\r\n%s\r\n0\r\nX-Sum: 1\r\n\r\n".formatted(piece.length(), piece));
      assertThat(client.message().body()).isEqualTo(came("POST", piece + piece));
      assertThat(app.requests().getFirst().headers()).doesNotContainKeys("trailer", "x-sum");
      client.send(head("POST", "Transfer-Encoding: chunked") + "0\r\n\r\n");
      assertThat(client.message().body()).isEqualTo(came("POST", ""));
    }
  }

  @Test
  void theEdgeItselfTellsTheClientToContinue() throws IOException {
    String body = body(MEGABYTE);
    try (var app = withOneWorker();
        var edge = edge(app);
        var client = edge.connect()) {
      client.send(head("POST", length(body), "Expect: 100-continue"));
      assertThat(client.head().status()).isEqualTo(100);
      assertThat(edge.inFlight("a")).isZero();
      client.send(body);
      assertThat(client.message().body()).isEqualTo(came("POST", body));
      assertThat(client.get("/").message().status()).as("the connection is kept").isEqualTo(200);
    }
  }

  @Test
  void aClientOfHttp2IsTakenFirstToo() throws IOException {
    String body = body(10 * DRIB);
    try (var app = withOneWorker();
        var edge = edge(app);
        var client = RawStreams.connect(edge)) {
      client.await(frame -> frame.type() == RawStreams.SETTINGS);
      client.frame(RawStreams.SETTINGS, RawStreams.ACK, 0);
      client.head(1, false, RawStreams.request("POST", "/"));
      for (int at = 0; at < body.length(); at += DRIB) {
        client.data(1, false, body.substring(at, at + DRIB));
      }
      eventually("it is on disk", () -> files(edge) == 1);
      client.get(3, "/");
      assertThat(client.answer(3).body()).startsWith("GET / ");
      assertThat(app.requests()).hasSize(1);
      client.data(1, true, "");
      assertThat(client.answer(1).body()).isEqualTo(came("POST", body));
      nothingIsLeft(edge);
    }
  }

  @Test
  void whatIsTooLargeIsRefusedAndKeptNoLonger() throws IOException {
    String piece = body(200_000);
    try (var app = withOneWorker();
        var edge =
            new EdgeUnderTest(
                buffering(Tables.limited(Tables.service(app), Tables.bodies(300_000))));
        var client = edge.connect()) {
      client.send(head("POST", "Transfer-Encoding: chunked"));
      client.send("%x\r\n%s\r\n".formatted(piece.length(), piece));
      eventually("it is on disk", () -> files(edge) == 1);
      client.send("%x\r\n%s\r\n".formatted(piece.length(), piece));
      assertThat(client.message().body()).contains("S-413-BODY");
      nothingIsLeft(edge);
      assertThat(app.connectionsMade()).isZero();
    }
  }

  @Test
  void ofAClientThatGoesAwayHalfWayTheAppSeesNothing() throws IOException {
    String body = body(MEGABYTE);
    try (var app = withOneWorker();
        var edge = edge(app)) {
      try (var client = edge.connect()) {
        client.send(head("POST", length(body)) + body.substring(0, MEGABYTE / 2));
        eventually("it is on disk", () -> files(edge) == 1);
        client.reset();
      }
      nothingIsLeft(edge);
      assertThat(app.connectionsMade()).isZero();
    }
  }

  @Test
  void aBodyWhoseRestDoesNotComeIsGivenUp() throws IOException {
    try (var app = withOneWorker();
        var edge = edge(app);
        var client = edge.connect()) {
      client.send(head("POST", "Content-Length: 10") + "half");
      assertThat(edge.answerAfter(Duration.ofSeconds(61), client).body()).contains("S-408-BODY");
      assertThat(app.connectionsMade()).isZero();
    }
  }

  @Test
  void anEdgeThatRetiresGivesAnUploadTheTimeOfADrain() throws Exception {
    Duration drain = Duration.ofSeconds(1);
    try (var app = withOneWorker();
        var edge =
            new EdgeUnderTest(
                buffering(Tables.limited(Tables.service(app), Tables.drains(drain, drain))));
        var client = edge.connect()) {
      client.send(head("POST", "Content-Length: 10", "Expect: 100-continue"));
      assertThat(client.head().status()).isEqualTo(100);
      FutureTask<Boolean> retiring = edge.overtaken().retire();
      assertThat(edge.answerAfter(drain.multipliedBy(2), client).body()).contains("S-503-DRAINED");
      client.leave();
      assertThat(retiring.get()).isTrue();
    }
  }

  @Test
  void bodiesForATargetThatSpeaksH2cCannotBeTakenFirst() throws IOException {
    try (var edge = new EdgeUnderTest()) {
      Service h2c = Tables.speaking(buffering(Tables.service(List.of())), Service.Protocol.H2C);
      assertThat(edge.problems(edge.push(Tables.table(1, h2c))))
          .containsExactly("service 'shop': buffer-uploads needs the protocol HTTP_1_1");
    }
  }

  @Test
  void uploadsTakeNoMoreOfTheDiskThanTheyMay() throws IOException {
    String body = body(2 * MEGABYTE);
    try (var app = withOneWorker();
        var edge = new EdgeUnderTest(new Bounds(100, 100, 0, MEGABYTE));
        var first = edge.connect();
        var second = edge.connect();
        var third = edge.connect()) {
      edge.serve(buffering(Tables.service(app)));
      first.send(head("POST", length(body)) + body.substring(0, MEGABYTE / 2));
      eventually("it is on disk", () -> files(edge) == 1);
      second.send(head("POST", length(body)) + body.substring(0, MEGABYTE));
      assertThat(second.message().body()).contains("S-503-UPLOADS");
      eventually("the first alone is left", () -> files(edge) == 1);
      String fits = body.substring(0, MEGABYTE / 4);
      third.send(head("POST", length(fits)) + fits);
      assertThat(third.message().body()).as("there is room again").isEqualTo(came("POST", fits));
      assertThat(app.requests()).hasSize(1);
    }
  }

  /// Refuses connections: it is bound, and does not listen.
  private static Socket refusing() throws IOException {
    var socket = new Socket();
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    return socket;
  }

  @Test
  void aPostThatCouldNotConnectGoesToAnotherTarget() throws IOException {
    String body = body(MEGABYTE);
    try (var app = withOneWorker();
        var refusing = refusing();
        var edge = new EdgeUnderTest();
        var client = edge.connect()) {
      var dead = new Service.Target("dead", "127.0.0.1", refusing.getLocalPort());
      edge.serve(buffering(Tables.service(List.of(dead, app.target()))));
      for (int i = 0; i < 3; i++) {
        client.send(head("POST", length(body)) + body);
        assertThat(client.message().body()).isEqualTo(came("POST", body));
      }
    }
  }

  /// Takes the first request whole and closes the connection under it.
  private static App losingTheFirst(AtomicInteger seen) throws IOException {
    return new App(
        "a",
        (self, wire) -> {
          RawClient.Message head = wire.head();
          String body = wire.body(head);
          if (seen.incrementAndGet() > 1) {
            wire.send(answer(head, body));
          }
        });
  }

  @Test
  void aBodyThatIsKeptIsSentAgainWhereThatDoesNoMore() throws IOException {
    String body = body(MEGABYTE);
    var seen = new AtomicInteger();
    try (var app = losingTheFirst(seen);
        var edge = edge(app);
        var client = edge.connect()) {
      client.send(head("PUT", length(body)) + body);
      assertThat(client.message().body()).isEqualTo(came("PUT", body));
      assertThat(seen).hasValue(2);
    }
  }

  @Test
  void aPostIsNotSentAgainThoughItsBodyIsKept() throws IOException {
    String body = body(MEGABYTE);
    var seen = new AtomicInteger();
    try (var app = losingTheFirst(seen);
        var edge = edge(app);
        var client = edge.connect()) {
      client.send(head("POST", length(body)) + body);
      assertThat(client.message().body()).contains("S-502-RESET");
      assertThat(seen).hasValue(1);
      nothingIsLeft(edge);
    }
  }

  @Test
  void afterAnAnswerThatCameBeforeTheBodyWasReadTheConnectionIsNotUsedAgain() throws IOException {
    String body = body(16 * MEGABYTE);
    var answered = new CountDownLatch(1);
    try (var app =
            new App(
                "a",
                (self, wire) -> {
                  self.receiveHead(wire);
                  wire.send(App.ok("early"));
                  Latches.await(answered);
                  wire.toEnd();
                });
        var edge = edge(app);
        var client = edge.connect()) {
      client.send(head("POST", length(body)) + body);
      assertThat(client.message().body()).isEqualTo("early");
      answered.countDown();
      assertThat(client.get("/").message().body()).isEqualTo("early");
      assertThat(app.connectionsMade()).isEqualTo(2);
      nothingIsLeft(edge);
    }
  }
}
