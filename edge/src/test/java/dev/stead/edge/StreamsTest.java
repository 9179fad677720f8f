package dev.stead.edge;

import static dev.stead.edge.Eventually.eventually;
import static dev.stead.edge.RawStreams.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.edge.control.Service.Mode;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.util.ResourceLeakDetector;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/// What no honest client of HTTP/2 does: what is meant to wear the edge out ends with its
/// connection, while others are served. What malformed heads come to is told in [StreamHeadsTest].
@ExtendWith(NoLeaks.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class StreamsTest {
  private static final int PROTOCOL_ERROR = 1;
  private static final int FLOW_CONTROL_ERROR = 3;
  private static final int ENHANCE_YOUR_CALM = 11;
  private static final long HELD_MAX = 16L << 20;
  private static final byte[] CANCEL = {0, 0, 0, 8};

  private App app;
  private EdgeUnderTest edge;

  @BeforeAll
  void start() throws IOException {
    app = App.echoing("a");
    edge =
        new EdgeUnderTest(
            Tables.service(app),
            Tables.in(Tables.named(Tables.service(app), "held", "held.test", "/"), Mode.HOLD));
  }

  @AfterAll
  void stop() throws IOException {
    edge.close();
    app.close();
  }

  @Test
  void headsThatAreTooLargeAreRefused() throws IOException {
    try (var client = RawStreams.connect(edge)) {
      assertThat(client.get(1, "/" + "x".repeat(16_000)).answer(1).status())
          .isEqualTo(":status: 200");
    }
    try (var client = RawStreams.connect(edge)) {
      byte[] block = RawStreams.block(request("GET", "/" + "x".repeat(17_000)));
      inPieces(client, 1, block);
      RawStreams.Answer answer = client.answer(1);
      assertThat(answer.status()).isEqualTo(":status: 414");
      assertThat(answer.body()).contains("S-414-LINE");
    }
    try (var client = RawStreams.connect(edge)) {
      inPieces(client, 1, RawStreams.block(request("GET", "/", "a", "x".repeat(66_000))));
      assertThat(client.answer(1).status()).isEqualTo(":status: 431");
      assertThat(client.get(3, "/").answer(3).status()).isEqualTo(":status: 200");
    }
  }

  private static void inPieces(RawStreams client, int stream, byte[] block) throws IOException {
    int piece = 16_000;
    for (int from = 0; from < block.length; from += piece) {
      byte[] part = Arrays.copyOfRange(block, from, Math.min(block.length, from + piece));
      boolean first = from == 0;
      boolean last = from + piece >= block.length;
      client.frame(
          first ? RawStreams.HEADERS : RawStreams.CONTINUATION,
          (first ? RawStreams.END_STREAM : 0) | (last ? RawStreams.END_HEADERS : 0),
          stream,
          part);
    }
  }

  /// A flood, and the error that ends its connection.
  private record Flood(String name, int error, Act act) {
    interface Act {
      void on(RawStreams client) throws IOException;
    }
  }

  private static Stream<Flood> floods() {
    return Stream.of(
        new Flood(
            "rapid reset (CVE-2023-44487)",
            ENHANCE_YOUR_CALM,
            client -> {
              for (int stream = 1; stream < 2_000; stream += 2) {
                client.get(stream, "/").frame(RawStreams.RST_STREAM, 0, stream, CANCEL);
              }
            }),
        new Flood(
            "resets that we are made to send (CVE-2025-8671)",
            ENHANCE_YOUR_CALM,
            client -> {
              for (int stream = 1; stream < 2_000; stream += 2) {
                client.get(stream, "/").frame(RawStreams.WINDOW_UPDATE, 0, stream, new byte[4]);
              }
            }),
        new Flood(
            "a header block without end (CVE-2024-27983)",
            ENHANCE_YOUR_CALM,
            client -> {
              client.frame(RawStreams.HEADERS, 0, 1, RawStreams.block(request("GET", "/")));
              client.flood(
                  100_000, RawStreams.CONTINUATION, 0, 1, RawStreams.block("a", "x".repeat(1_000)));
            }),
        new Flood(
            "a header block in crumbs",
            ENHANCE_YOUR_CALM,
            client -> {
              client.frame(RawStreams.HEADERS, 0, 1, RawStreams.block(request("GET", "/")));
              client.flood(100_000, RawStreams.CONTINUATION, 0, 1);
            }),
        new Flood(
            "data frames without data (CVE-2019-9518)",
            ENHANCE_YOUR_CALM,
            client -> {
              client.head(1, false, request("POST", "/"));
              client.flood(100_000, RawStreams.DATA, 0, 1);
            }));
  }

  private static Stream<Flood> breaches() {
    return Stream.of(
        new Flood(
            "more than the window, and on after its stream was reset",
            ENHANCE_YOUR_CALM,
            client -> {
              client.head(
                  1,
                  false,
                  ":method",
                  "POST",
                  ":scheme",
                  "https",
                  ":authority",
                  "held.test",
                  ":path",
                  "/");
              client.flood(1_000, RawStreams.DATA, 0, 1, new byte[16_000]);
            }),
        new Flood(
            "a window beyond all numbers",
            FLOW_CONTROL_ERROR,
            client ->
                client.flood(
                    2,
                    RawStreams.WINDOW_UPDATE,
                    0,
                    0,
                    (byte) 127,
                    (byte) -1,
                    (byte) -1,
                    (byte) -1)),
        new Flood(
            "a frame larger than allowed",
            6,
            client -> client.frame(RawStreams.PING, 0, 0, new byte[20_000])),
        new Flood(
            "headers in the middle of headers",
            PROTOCOL_ERROR,
            client -> {
              client.frame(RawStreams.HEADERS, 0, 1, RawStreams.block(request("GET", "/")));
              client.get(3, "/");
            }),
        new Flood("an even stream", PROTOCOL_ERROR, client -> client.get(2, "/")),
        new Flood(
            "a table's index that is not there",
            9,
            client -> client.frame(RawStreams.HEADERS, 5, 1, (byte) 0xFF, (byte) 0x7F)));
  }

  @TestFactory
  Stream<DynamicTest> abuseEndsItsConnection() {
    return Stream.concat(floods(), breaches())
        .map(flood -> DynamicTest.dynamicTest(flood.name(), () -> ends(flood)));
  }

  private void ends(Flood flood) throws IOException {
    try (var client = RawStreams.connect(edge);
        var other = RawStreams.connect(edge)) {
      var acting = Thread.ofVirtual().name("flood").start(() -> act(flood, client));
      assertThat(errorOf(client)).isIn(flood.error(), -1);
      client.leave();
      acting.join();
      assertThat(other.get(1, "/").answer(1).status()).isEqualTo(":status: 200");
      eventually("nothing in flight", () -> edge.inFlight("a") == 0);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void act(Flood flood, RawStreams client) {
    try {
      flood.act().on(client);
    } catch (IOException e) {
      // The edge has closed: what was wanted.
      return;
    }
  }

  /// The error of the GOAWAY; -1 when the connection was closed before that could be read.
  private static int errorOf(RawStreams client) throws IOException {
    try {
      return client.await(frame -> frame.type() == RawStreams.GOAWAY).error();
    } catch (EOFException | SocketException | SSLException e) {
      return -1;
    }
  }

  @Test
  void whoReadsNoAnswersToPingsAndSettingsIsLetGoWithLittleMemory() throws IOException {
    // To write down who touched each of a million buffers takes a minute.
    ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.SIMPLE);
    try {
      for (int type : List.of(RawStreams.PING, RawStreams.SETTINGS)) {
        long before = held();
        try (var client = RawStreams.connect(edge)) {
          byte[] payload = type == RawStreams.PING ? new byte[8] : new byte[0];
          assertThat(mostHeldUntilClosed(client, type, payload) - before).isLessThan(HELD_MAX);
        }
      }
    } finally {
      ResourceLeakDetector.setLevel(level);
    }
  }

  /// How much the edge held at most while it was flooded, before it closed the connection.
  private static long mostHeldUntilClosed(RawStreams client, int type, byte[] payload) {
    long most = 0;
    try {
      for (int i = 0; i < 100_000; i++) {
        client.flood(2_000, type, 0, 0, payload);
        most = Math.max(most, held());
      }
    } catch (IOException e) {
      return most;
    }
    throw new AssertionError("all that the client had to say was taken");
  }

  private static long held() {
    var metric = ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric();
    return metric.usedDirectMemory() + metric.usedHeapMemory();
  }

  @Test
  void oneStreamTooManyIsRefusedAndMayBeSentAgain() throws IOException {
    try (var client = RawStreams.connect(edge)) {
      for (int stream = 1; stream < 2 * 100; stream += 2) {
        client.head(stream, false, request("POST", "/"));
      }
      client.get(201, "/");
      int refusedStream = 7;
      assertThat(client.answer(201).reset()).isEqualTo(refusedStream);
      client.data(1, true, "x");
      assertThat(client.answer(1).body()).endsWith("x");
      client.get(203, "/");
      assertThat(client.answer(203).status()).isEqualTo(":status: 200");
    }
    eventually("nothing in flight", () -> edge.inFlight("a") == 0);
  }

  @Test
  void whoSaysNothingIsLetGo() throws IOException {
    try (var fresh = new EdgeUnderTest(Tables.service(app));
        var silent = RawStreams.silent(fresh);
        var idle = RawStreams.connect(fresh)) {
      idle.get(1, "/").answer(1);
      Sweeps.pass();
      fresh.time().advance(Duration.ofSeconds(11));
      assertThat(errorOf(silent)).isEqualTo(-1);
      fresh.time().advance(Duration.ofSeconds(70));
      assertThat(errorOf(idle)).isZero();
    }
  }

  @Test
  void aSlowClientSlowsTheApp() throws IOException {
    long large = 64L << 20;
    try (var pouring =
            new App(
                "p",
                (self, wire) -> {
                  self.receive(wire);
                  wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + large + "\r\n\r\n");
                  for (long sent = 0; sent < large; sent += 65_536) {
                    wire.send(new byte[65_536]);
                  }
                });
        var fresh = new EdgeUnderTest(Tables.service(pouring));
        var client = RawStreams.connect(fresh)) {
      long before = held();
      client.get(1, "/");
      client.await(frame -> frame.type() == RawStreams.DATA);
      Sweeps.pass();
      Sweeps.pass();
      assertThat(held() - before).isLessThan(HELD_MAX);
      client.frame(RawStreams.RST_STREAM, 0, 1, CANCEL);
      eventually("nothing in flight", () -> fresh.inFlight("p") == 0);
    }
  }
}
