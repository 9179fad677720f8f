package dev.stead.edge;

import static dev.stead.edge.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.edge.control.Service;
import dev.stead.edge.control.Service.Balance;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Which target a request goes to, where there are several.
@ExtendWith(NoLeaks.class)
final class BalanceTest {
  private static final int ROUNDS = 3;

  private static Service balanced(Balance balance, Service service) {
    return Tables.forwarded(service, new Service.Forwarding(balance, false));
  }

  /// Answers nothing before so many requests have come to it.
  private static App slow(String id, int requests) throws IOException {
    var come = new CountDownLatch(requests);
    return new App(
        id,
        (self, wire) -> {
          while (true) {
            self.receive(wire);
            come.countDown();
            Latches.await(come);
            wire.send(App.ok(id));
          }
        });
  }

  /// How many requests have come to each of a quick target, one that answers nothing before its
  /// second request and one that answers nothing at all, when one request after the other was sent.
  private static List<Integer> shares(Balance balance) throws IOException {
    List<RawClient> clients = new ArrayList<>();
    try (var quick = App.echoing("quick");
        var slow = slow("slow", 2);
        var stuck = slow("stuck", Integer.MAX_VALUE);
        var edge = new EdgeUnderTest(balanced(balance, Tables.service(quick, slow, stuck)))) {
      List<App> apps = List.of(quick, slow, stuck);
      for (int i = 1; i <= ROUNDS * apps.size(); i++) {
        int sent = i;
        clients.add(edge.connect().get("/"));
        eventually(
            "all have come",
            () -> apps.stream().mapToInt(app -> app.requests().size()).sum() == sent);
        eventually("the quick one is free", () -> edge.inFlight("quick") == 0);
      }
      return apps.stream().map(app -> app.requests().size()).toList();
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  @Test
  void inTurnAllGetTheSameHoweverLongEachTakes() throws IOException {
    assertThat(shares(Balance.ROUND_ROBIN)).containsExactly(ROUNDS, ROUNDS, ROUNDS);
  }

  @Test
  void byWhatIsInFlightTheQuickOneGetsMost() throws IOException {
    assertThat(shares(Balance.LEAST_IN_FLIGHT)).containsExactly(3 * ROUNDS - 2, 1, 1);
  }

  @Test
  void theTurnOfASickTargetIsSharedByAll() throws IOException {
    try (var one = App.echoing("one");
        var other = App.echoing("other");
        var refusing = new Socket();
        var edge = new EdgeUnderTest();
        var client = edge.connect()) {
      refusing.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      var sick = new Service.Target("sick", "127.0.0.1", refusing.getLocalPort());
      edge.serve(
          balanced(
              Balance.ROUND_ROBIN, Tables.service(List.of(sick, one.target(), other.target()))));
      for (int i = 0; i < 12; i++) {
        assertThat(client.get("/").message().status()).isEqualTo(200);
      }
      assertThat(one.requests().size() - other.requests().size()).isBetween(-2, 2);
    }
  }
}
