package dev.stead.edge;

import static dev.stead.edge.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.edge.control.Service;
import dev.stead.edge.control.Service.Mode;
import dev.stead.edge.routing.HoldQueue;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Requests that wait while their app is swapped, or are turned away while it is down.
@ExtendWith(NoLeaks.class)
final class HoldTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private static final String PIECE = "x".repeat(16 * 1024);

  private static Service held(int requestsMax, App... apps) {
    return Tables.in(
        Tables.limited(Tables.service(apps), Tables.holds(requestsMax, TIMEOUT)), Mode.HOLD);
  }

  @Test
  void heldRequestsReachTheNewTargetWhole() throws IOException {
    List<RawClient> clients = new ArrayList<>();
    try (var app = App.echoing("new");
        var edge = new EdgeUnderTest(held(100))) {
      for (int i = 0; i < 5; i++) {
        RawClient client = edge.connect();
        clients.add(client);
        client.post("/" + i, "body " + i);
      }
      Sweeps.pass();
      assertThat(app.requests()).isEmpty();
      edge.serve(Tables.service(app));
      for (int i = 0; i < 5; i++) {
        assertThat(clients.get(i).message().body())
            .isEqualTo("new POST /%d HTTP/1.1 body %d".formatted(i, i));
      }
      assertThat(app.requests()).hasSize(5);
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  @Test
  void noMoreIsHeldThanMayBe() throws IOException {
    try (var edge = new EdgeUnderTest(held(1));
        var first = edge.connect();
        var second = edge.connect();
        var third = edge.connect()) {
      List<RawClient> clients = List.of(first.get("/"), second.get("/"), third.get("/"));
      eventually("two of three", () -> clients.stream().filter(RawClient::readable).count() == 2);
      RawClient.Message answer =
          clients.stream().filter(RawClient::readable).findFirst().orElseThrow().message();
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.body()).contains("S-503-HELD-FULL");
      assertThat(answer.header("retry-after")).isEqualTo("5");
    }
  }

  @Test
  void aRequestIsHeldForSoLongAndNoLonger() throws IOException {
    try (var edge = new EdgeUnderTest(held(10));
        var client = edge.connect()) {
      RawClient.Message answer = edge.answerAfter(TIMEOUT, client.get("/"));
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.body()).contains("S-503-HELD-TIMEOUT");
    }
  }

  @Test
  void aTableThatComesMeanwhileGivesNoMoreTime() throws IOException {
    try (var edge = new EdgeUnderTest(held(10));
        var client = edge.connect()) {
      client.get("/");
      Sweeps.pass();
      edge.time().advance(TIMEOUT.dividedBy(2));
      edge.serve(held(10));
      Sweeps.pass();
      assertThat(client.readable()).isFalse();
      edge.time().advance(TIMEOUT.dividedBy(2));
      assertThat(client.message().body()).contains("S-503-HELD-TIMEOUT");
    }
  }

  @Test
  void bodiesThatWaitTakeNoMoreMemoryThanTheyMay() throws IOException {
    List<RawStreams> clients = new ArrayList<>();
    try (var app = App.echoing("a");
        var edge = new EdgeUnderTest(held(1_000))) {
      long bytes = 2L * 15 * PIECE.length();
      for (long all = 0; all < HoldQueue.BYTES_MAX + 4 * bytes; all += bytes) {
        clients.add(RawStreams.connect(edge));
        halfAMegabyte(clients.getLast());
      }
      assertThat(clients.getLast().answer(1).body()).contains("S-503-HELD-FULL");
      edge.serve(Tables.service(app));
      clients.getFirst().data(1, true, "");
      assertThat(clients.getFirst().answer(1).status()).isEqualTo(":status: 200");
    } finally {
      for (RawStreams client : clients) {
        client.close();
      }
    }
  }

  /// As much of two bodies as a client may send before it is read.
  private static void halfAMegabyte(RawStreams client) throws IOException {
    client.await(frame -> frame.type() == RawStreams.SETTINGS);
    client.frame(RawStreams.SETTINGS, RawStreams.ACK, 0);
    for (int stream : new int[] {1, 3}) {
      client.head(stream, false, RawStreams.request("POST", "/"));
      for (int i = 0; i < 15; i++) {
        client.data(stream, false, PIECE);
      }
    }
  }

  @Test
  void whoGoesAwayIsNotHeldAnyMore() throws IOException {
    try (var edge = new EdgeUnderTest(held(1));
        var second = edge.connect()) {
      try (var first = edge.connect()) {
        first.get("/");
        Sweeps.pass();
        first.reset();
      }
      for (int tries = 0; !isHeld(second.get("/")); tries++) {
        assertThat(tries).as("tries until there is room").isLessThan(40);
      }
      assertThat(edge.answerAfter(TIMEOUT, second).body()).contains("S-503-HELD-TIMEOUT");
    }
  }

  /// Whether the client waits, and was not told that there is no room.
  private static boolean isHeld(RawClient client) throws IOException {
    Sweeps.pass();
    if (!client.readable()) {
      return true;
    }
    assertThat(client.message().body()).contains("S-503-HELD-FULL");
    return false;
  }

  @Test
  void theModeSurvivesARestart() throws IOException {
    try (var app = App.echoing("new");
        var edge = new EdgeUnderTest(held(10))) {
      edge.restart(Tables.BOOT_ID);
      try (var client = edge.connect()) {
        client.get("/");
        edge.serve(Tables.service(app));
        assertThat(client.message().body()).startsWith("new ");
      }
    }
  }

  @Test
  void anAppInMaintenanceAnswersItsHealthPathAlone() throws IOException {
    try (var app = App.echoing("a");
        var edge =
            new EdgeUnderTest(
                Tables.in(Tables.probed(Tables.service(app), "/up"), Mode.MAINTENANCE));
        var client = edge.connect()) {
      RawClient.Message page = client.get("/").message();
      assertThat(page.status()).isEqualTo(503);
      assertThat(page.body()).contains("S-503-MAINTENANCE");
      assertThat(client.get("/up").message().status()).isEqualTo(200);
      assertThat(client.get("/up?x").message().status()).isEqualTo(200);
      edge.serve(Tables.service(app));
      assertThat(client.get("/").message().status()).isEqualTo(200);
      eventually(
          "only the last reached it",
          () -> app.requests().stream().filter(r -> !r.start().contains("/up")).count() == 1);
    }
  }

  @Test
  void theQueueReleasesInTheOrderTheyCame() {
    var queue = new HoldQueue();
    List<Integer> released = new ArrayList<>();
    List<HoldQueue.Waiter> waiters = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      int place = i;
      waiters.add(() -> released.add(place));
      assertThat(queue.join(waiters.get(i), 3)).isTrue();
    }
    assertThat(queue.join(() -> {}, 3)).as("it is full").isFalse();
    assertThat(queue.leave(waiters.get(1))).isTrue();
    queue.release();
    assertThat(released).containsExactly(0, 2);
    assertThat(queue.leave(waiters.get(2))).as("released already").isFalse();
  }

  @Test
  void whoComesBackWhileAllAreReleasedWaitsForTheNextTime() {
    var queue = new HoldQueue();
    List<String> released = new ArrayList<>();
    HoldQueue.Waiter again =
        new HoldQueue.Waiter() {
          @Override
          public void released() {
            released.add("again");
            queue.join(this, 2);
          }
        };
    queue.join(again, 2);
    queue.join(() -> released.add("once"), 2);
    queue.release();
    assertThat(released).containsExactly("again", "once");
    queue.release();
    assertThat(released).containsExactly("again", "once", "again");
  }
}
