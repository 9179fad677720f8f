package dev.stead.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A slow reader slows its writer; what lies in between stays small.
@ExtendWith(NoLeaks.class)
final class BackPressureTest {
  private static final int PIECE = 64 * 1024;
  private static final int PIECES = 1_600;
  private static final long HELD_MAX = 24L << 20;

  private static long held() {
    var metric = ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric();
    return metric.usedDirectMemory() + metric.usedHeapMemory();
  }

  /// Waits until nothing more moves.
  private static long settled(AtomicLong count) {
    long before = -1;
    while (before != count.get()) {
      before = count.get();
      Sweeps.pass();
      Sweeps.pass();
    }
    return before;
  }

  @Test
  void aSlowClientSlowsTheApp() throws IOException {
    var written = new AtomicLong();
    try (var app =
            new App(
                "a",
                (self, wire) -> {
                  self.receive(wire);
                  wire.send(
                      "HTTP/1.1 200 OK\r\nContent-Length: " + (long) PIECE * PIECES + "\r\n\r\n");
                  for (int i = 0; i < PIECES; i++) {
                    wire.send(new byte[PIECE]);
                    written.incrementAndGet();
                  }
                });
        var edge = new EdgeUnderTest(Tables.service(app));
        var client = edge.connect()) {
      long before = held();
      client.get("/").head();
      assertThat(settled(written)).isLessThan(PIECES / 2);
      assertThat(held() - before).isLessThan(HELD_MAX);
      assertThat(client.exactly((long) PIECE * PIECES)).hasSize(PIECE * PIECES);
    }
  }

  @Test
  void aSlowAppSlowsTheClient() throws IOException {
    var written = new AtomicLong();
    var reads = new CountDownLatch(1);
    try (var app =
            new App(
                "a",
                (self, wire) -> {
                  wire.head();
                  Latches.await(reads);
                  wire.exactly((long) PIECE * PIECES);
                  wire.send(App.ok("all"));
                });
        var edge = new EdgeUnderTest(Tables.service(app));
        var client = edge.connect()) {
      long before = held();
      client.send(
          "POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: "
              + (long) PIECE * PIECES
              + "\r\n\r\n");
      Thread.ofVirtual().name("upload").start(() -> upload(client, written));
      assertThat(settled(written)).isLessThan(PIECES / 2);
      assertThat(held() - before).isLessThan(HELD_MAX);
      reads.countDown();
      assertThat(client.message().body()).isEqualTo("all");
    }
  }

  private static void upload(RawClient client, AtomicLong written) {
    try {
      for (int i = 0; i < PIECES; i++) {
        client.send(new byte[PIECE]);
        written.incrementAndGet();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// An app that has written everything and gone away leaves what the kernel holds to the edge.
  @Test
  void anAppThatHasGoneDoesNotFillTheMemory() throws IOException {
    var written = new AtomicLong();
    var length = (long) PIECE * 100;
    try (var app =
            new App(
                "a",
                (self, wire) -> {
                  self.receive(wire);
                  wire.send(
                      "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: "
                          + length
                          + "\r\n\r\n");
                  for (int i = 0; i < 100; i++) {
                    wire.send(new byte[PIECE]);
                    written.incrementAndGet();
                  }
                });
        var edge = new EdgeUnderTest(Tables.service(app));
        var client = edge.connect()) {
      client.get("/").head();
      settled(written);
      assertThat(client.exactly(length)).hasSize(PIECE * 100);
      assertThat(client.get("/").head().status()).isEqualTo(200);
    }
  }
}
