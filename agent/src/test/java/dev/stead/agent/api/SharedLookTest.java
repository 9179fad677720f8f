package dev.stead.agent.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class SharedLookTest {
  private static final int CROWD = 50;

  @Test
  void aCrowdGetsWhatOneLookSawThatBeganAfterItAsked() throws Exception {
    var looks = new AtomicInteger();
    var begun = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    var shared =
        new SharedLook<>(
            () -> {
              var number = looks.incrementAndGet();
              begun.countDown();
              awaitUninterrupted(goOn);
              return number;
            });
    var asking = new CountDownLatch(CROWD);
    try (var threads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("asking").factory())) {
      var first = threads.submit(shared::now);
      begun.await();
      var crowd = new ArrayList<Future<Integer>>();
      for (var i = 0; i < CROWD; i++) {
        crowd.add(
            threads.submit(
                () -> {
                  asking.countDown();
                  return shared.now();
                }));
      }
      asking.await();
      goOn.countDown();

      assertThat(first.get()).isEqualTo(1);
      for (var one : crowd) {
        assertThat(one.get()).isGreaterThanOrEqualTo(2);
      }
    }
    // Those who were late to ask may have needed others.
    assertThat(looks.get()).isBetween(2, CROWD / 2);
  }

  @Test
  void aLookThatFailsDoesNotHinderTheNext() {
    var looks = new AtomicInteger();
    var shared =
        new SharedLook<>(
            () -> {
              if (looks.incrementAndGet() == 1) {
                throw new IllegalStateException("the first");
              }
              return looks.get();
            });

    assertThatThrownBy(shared::now).hasRootCauseMessage("the first");
    assertThat(shared.now()).isEqualTo(2);
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
