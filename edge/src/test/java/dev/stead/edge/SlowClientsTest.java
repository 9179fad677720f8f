package dev.stead.edge;

import static dev.stead.edge.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Clients that are slow on purpose, as slowhttptest knows to be: others are served meanwhile,
/// little is held for them, and they are let go.
@ExtendWith(NoLeaks.class)
final class SlowClientsTest {
  private static final int ATTACKERS = 100;

  /// Of an answer that is larger than what the kernel takes at once.
  private static final int PIECES = 1_000;

  private static final byte[] PIECE = new byte[64 * 1024];

  /// For one of them.
  private static final long HELD_EACH_MAX = 160 * 1024;

  private static final String ALL_GONE = "No open connections left";

  @TempDir private Path home;

  private static void serve(App app, RawClient wire) throws IOException {
    while (true) {
      RawClient.Message request = app.receive(wire);
      if (request.start().contains(" /large ")) {
        pour(wire);
      } else {
        wire.send(App.ok("served"));
      }
    }
  }

  private static void pour(RawClient wire) throws IOException {
    wire.send("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n".formatted(PIECES * PIECE.length));
    for (int i = 0; i < PIECES; i++) {
      wire.send(PIECE);
    }
  }

  private static long held() {
    var metric = ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric();
    return metric.usedDirectMemory() + metric.usedHeapMemory();
  }

  /// Begins; the result is what it reports.
  private FutureTask<String> attack(EdgeUnderTest edge, String path, String... how) {
    List<String> command = new ArrayList<>(List.of("slowhttptest"));
    command.addAll(List.of(how));
    command.addAll(List.of("-c", "" + ATTACKERS, "-r", "" + ATTACKERS, "-l", "4", "-p", "4"));
    command.addAll(List.of("-u", "http://127.0.0.1:" + edge.port() + path));
    var attack = new FutureTask<>(() -> Program.run(home, command.toArray(String[]::new)));
    Thread.ofVirtual().name("attack").start(attack);
    return attack;
  }

  /// How many connections lead there, as the kernel lists them: the fourth column is their state.
  private static long connections(int port) {
    String there = "0100007F:%04X".formatted(port);
    try (var lines = Files.lines(Path.of("/proc/net/tcp"))) {
      return lines
          .map(line -> line.strip().split(" +", -1))
          .filter(columns -> columns[2].equals(there) && columns[3].equals("01"))
          .count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Whether an honest client is served, ten times in a row.
  private static void othersAreServed(EdgeUnderTest edge) throws IOException {
    try (var client = edge.connect()) {
      for (int i = 0; i < 10; i++) {
        assertThat(client.get("/").message().body()).isEqualTo("served");
      }
    }
  }

  private static EdgeUnderTest edge(App app) throws IOException {
    return new EdgeUnderTest(Tables.named(Tables.service(app), "shop", "*", "/"));
  }

  @Test
  void slowHeadsAreLetGo() throws Exception {
    try (var app = new App("a", SlowClientsTest::serve);
        var edge = edge(app)) {
      long before = held();
      FutureTask<String> attack = attack(edge, "/", "-H", "-i", "1");
      eventually("all have come", () -> connections(edge.port()) >= ATTACKERS);
      othersAreServed(edge);
      assertThat(held() - before).isLessThan(ATTACKERS * HELD_EACH_MAX);
      edge.time().advance(Duration.ofSeconds(11));
      assertThat(attack.get(20, TimeUnit.SECONDS)).contains(ALL_GONE);
      othersAreServed(edge);
    }
  }

  @Test
  void slowBodiesAreLetGo() throws Exception {
    try (var app = new App("a", SlowClientsTest::serve);
        var edge = edge(app)) {
      long before = held();
      FutureTask<String> attack = attack(edge, "/", "-B", "-i", "1", "-s", "8192", "-x", "10");
      eventually("all have come", () -> edge.inFlight("a") >= ATTACKERS);
      othersAreServed(edge);
      assertThat(held() - before).isLessThan(ATTACKERS * HELD_EACH_MAX);
      for (int i = 0; i < 4; i++) {
        edge.time().advance(Duration.ofSeconds(20));
        Sweeps.pass();
      }
      assertThat(attack.get(20, TimeUnit.SECONDS)).contains(ALL_GONE);
      eventually("nothing in flight", () -> edge.inFlight("a") == 0);
      othersAreServed(edge);
    }
  }

  @Test
  void slowReadersHoldLittle() throws Exception {
    try (var app = new App("a", SlowClientsTest::serve);
        var edge = edge(app)) {
      long before = held();
      FutureTask<String> attack =
          attack(edge, "/large", "-X", "-w", "512", "-y", "1024", "-n", "1", "-z", "32");
      eventually("all have come", () -> edge.inFlight("a") >= ATTACKERS);
      othersAreServed(edge);
      assertThat(held() - before).isLessThan(ATTACKERS * HELD_EACH_MAX);
      assertThat(attack.get(20, TimeUnit.SECONDS)).contains("Exit status");
      eventually("nothing in flight", () -> edge.inFlight("a") == 0);
      othersAreServed(edge);
    }
  }
}
