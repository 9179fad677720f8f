package dev.stead.edge;

import static dev.stead.edge.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.edge.control.RoutingTable;
import dev.stead.edge.control.Service;
import dev.stead.sdk.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// One edge takes over from another, and one that was killed comes back, on a listening socket that
/// neither of them owns.
@ExtendWith(NoLeaks.class)
final class HandOverTest {
  private static final int CLIENTS = 8;
  private static final int MORE_REQUESTS = 200;
  private static final String CLOSE_1012 = "\u0088\u0002\u0003\u00f4";

  private static void serve(Path home, long generation, Service service) throws IOException {
    String bootId = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    var table = new RoutingTable(generation, bootId, List.of(service));
    EdgeUnderTest.Reply reply =
        EdgeUnderTest.ask(home.resolve("edge/edge.sock"), "PUT", "/v1/table", Wire.write(table));
    assertThat(reply.status()).isEqualTo(200);
  }

  /// Clients that ask without a pause, every second one on a connection that it keeps for as long
  /// as it may, every other on a new one each time.
  private static final class Load implements AutoCloseable {
    final AtomicInteger served = new AtomicInteger();
    final List<String> failures = new CopyOnWriteArrayList<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final List<Thread> clients = new ArrayList<>();

    Load(int port) {
      for (int i = 0; i < CLIENTS; i++) {
        boolean keeps = i % 2 == 0;
        clients.add(Thread.ofVirtual().name("client-" + i).start(() -> run(port, keeps)));
      }
    }

    private void run(int port, boolean keeps) {
      while (!over.get()) {
        try (var wire = RawClient.connect(port)) {
          exchange(wire, keeps);
        } catch (IOException e) {
          failures.add(e.toString());
        }
      }
    }

    private void exchange(RawClient wire, boolean keeps) throws IOException {
      boolean goesOn = true;
      while (goesOn && !over.get()) {
        RawClient.Message answer = wire.post("/", "x").message();
        if (answer.status() != 200) {
          failures.add(answer.toString());
        }
        served.incrementAndGet();
        goesOn = keeps && !answer.header("connection").equals("close");
      }
    }

    void awaitMore() {
      int before = served.get();
      eventually("the load goes on", () -> served.get() > before + MORE_REQUESTS);
    }

    void end() {
      over.set(true);
      eventually("the clients end", () -> clients.stream().noneMatch(Thread::isAlive));
    }

    @Override
    public void close() {
      end();
    }
  }

  @Test
  void aSecondEdgeTakesOverUnderLoadWithoutAFailedOrUncountedRequest(@TempDir Path home)
      throws Exception {
    try (var app = App.echoing("a");
        var holder = new SocketHolder()) {
      holder.start("one", home);
      serve(home, 1, Tables.service(app));
      try (var traffic = new TrafficReader(home);
          var load = new Load(holder.port())) {
        load.awaitMore();
        for (String[] pair : new String[][] {{"one", "two"}, {"two", "three"}}) {
          holder.start(pair[1], home);
          load.awaitMore();
          holder.signal(pair[0], "TERM");
          holder.await("said " + pair[0] + " STOPPING=1");
          holder.await("ended " + pair[0] + " 143");
          load.awaitMore();
        }
        serve(home, 2, Tables.service(app));
        load.end();
        assertThat(load.failures).isEmpty();
        eventually("every request is counted", () -> traffic.answered("shop") == load.served.get());
        assertThat(traffic.edges()).isEqualTo(3);
      }
      assertThat(holder.happened("said three WATCHDOG=1")).isTrue();
    }
  }

  @Test
  void aKilledEdgeKeepsNewConnectionsWaitingAndRefusesNone(@TempDir Path home) throws Exception {
    try (var app = App.echoing("a");
        var holder = new SocketHolder()) {
      holder.start("one", home);
      serve(home, 1, Tables.service(app));
      holder.signal("one", "KILL");
      holder.await("ended one -9");
      try (var waiting = RawClient.connect(holder.port())) {
        waiting.get("/");
        holder.start("two", home);
        assertThat(waiting.message().status()).isEqualTo(200);
      }
    }
  }

  @Test
  void anEdgeWithoutSuccessorEndsAtOnce(@TempDir Path home) throws Exception {
    try (var holder = new SocketHolder()) {
      holder.start("one", home);
      try (var idle = RawClient.connect(holder.port())) {
        assertThat(idle.get("/").message().status()).isEqualTo(404);
        holder.signal("one", "TERM");
        assertThat(idle.ended()).isTrue();
        holder.await("ended one 143");
      }
      try (var left = Files.list(home.resolve("edge"))) {
        assertThat(left).isEmpty();
      }
    }
  }

  @Test
  void whatIsInFlightEndsInItsOwnTimeAndIdleClientsMayAskOnceMore() throws Exception {
    var answers = new CountDownLatch(1);
    Service limited =
        Tables.limited(
            Tables.service(), Tables.drains(Duration.ofSeconds(40), Duration.ofSeconds(60)));
    try (var app =
            new App(
                "a",
                (self, wire) -> {
                  RawClient.Message request = self.receive(wire);
                  while (true) {
                    if (request.start().contains("/slow")) {
                      Latches.await(answers);
                    }
                    wire.send(App.ok(request.start()));
                    request = self.receive(wire);
                  }
                });
        var chat = new App("b", Sockets::echo);
        var edge =
            new EdgeUnderTest(
                to(limited, "shop", "app.test", "/", app),
                to(limited, "chat", "app.test", "/ws", chat));
        var slow = edge.connect();
        var asksAgain = edge.connect();
        var idle = edge.connect();
        var socket = edge.connect()) {
      assertThat(asksAgain.get("/1").message().status()).isEqualTo(200);
      assertThat(idle.get("/1").message().status()).isEqualTo(200);
      Sockets.open(socket);
      slow.get("/slow");
      eventually("the slow request is there", () -> app.requests().size() == 3);

      FutureTask<Boolean> retired = edge.overtaken().retire();
      Sweeps.pass();
      RawClient.Message last = asksAgain.get("/2").message();
      assertThat(last.status()).isEqualTo(200);
      assertThat(last.header("connection")).isEqualTo("close");
      assertThat(asksAgain.ended()).isTrue();

      edge.time().advance(Duration.ofSeconds(29));
      Sweeps.pass();
      assertThat(idle.readable()).isFalse();
      assertThat(idle.socket().isClosed()).isFalse();
      answers.countDown();
      assertThat(slow.message().body()).contains("/slow");
      socket.send(Sockets.text("hello"));
      assertThat(socket.exactly(7)).endsWith("hello");

      edge.time().advance(Duration.ofSeconds(2));
      assertThat(idle.ended()).isTrue();
      assertThat(retired.isDone()).as("the WebSocket is still there").isFalse();
      edge.time().advance(Duration.ofSeconds(40));
      assertThat(socket.exactly(4)).isEqualTo(CLOSE_1012);
      socket.leave();
      eventually("the old edge has gone", retired::isDone);
      try (var next = edge.connect()) {
        assertThat(next.get("/3").message().status()).isEqualTo(200);
      }
    }
  }

  private static Service to(Service like, String name, String host, String path, App app) {
    return Tables.named(Tables.limited(Tables.service(app), like.limits()), name, host, path);
  }
}
