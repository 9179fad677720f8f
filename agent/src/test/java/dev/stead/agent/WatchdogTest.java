package dev.stead.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.store.rocks.RocksStore;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Signs of life are given by an agent that works, and by no other.
final class WatchdogTest {
  private static final Duration EVERY = Duration.ofMillis(20);

  private final Home home = Home.make();
  private final AtomicInteger signs = new AtomicInteger();

  @AfterEach
  void close() {
    home.close();
  }

  @Test
  void anAgentThatAnswersAndCommitsGivesSignsUntilItIsClosed() throws IOException {
    var places = new Agent.Places(home.path, home.path);
    try (var agent = Agent.start(places, InstantSource.system())) {
      try (var dog = agent.watchdog(signs::incrementAndGet, EVERY)) {
        Home.until("it gave signs", () -> signs.get() > 3);
        assertThat(dog).isNotNull();
      }
      int given = signs.get();
      passTenTurns();
      assertThat(signs.get()).isLessThanOrEqualTo(given + 1);
    }
  }

  @Test
  void anAgentWhoseApiAcceptsButNeverAnswersGivesNone() throws IOException {
    try (var store = RocksStore.open(home.path.resolve("store"), InstantSource.system());
        var hung = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      hung.bind(UnixDomainSocketAddress.of(home.socket()));
      try (var dog = Watchdog.start(home.socket(), store, signs::incrementAndGet, EVERY);
          var asked = hung.accept()) {
        passTenTurns();
        assertThat(signs.get()).isZero();

        asked.write(
            StandardCharsets.US_ASCII.encode(
                "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"));
        Home.until("it gave a sign", () -> signs.get() == 1);
        assertThat(dog).isNotNull();
      }
    }
  }

  private static void passTenTurns() {
    var end = System.nanoTime() + 10 * EVERY.toNanos();
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }
}
