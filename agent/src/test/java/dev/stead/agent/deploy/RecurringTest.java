package dev.stead.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class RecurringTest {
  private static final Duration SOON = Duration.ofMillis(1);

  @Test
  void itGoesOnAfterAFailure() {
    var times = new AtomicInteger();
    Runnable failing =
        () -> {
          times.incrementAndGet();
          throw new IllegalStateException("on purpose");
        };
    try (var work = Recurring.of("failing work", SOON, failing)) {
      work.start();
      World.await("it to be done again", () -> times.get() >= 3);
    }
  }

  @Test
  void closingEndsAPause() throws Exception {
    var pauses = new CountDownLatch(1);
    var ended = new CountDownLatch(1);
    var work =
        new Recurring(
            "pausing work",
            Duration.ZERO,
            SOON,
            control -> {
              pauses.countDown();
              try {
                control.pause(Duration.ofHours(1));
              } finally {
                ended.countDown();
              }
            });
    work.start();
    assertThat(pauses.await(20, TimeUnit.SECONDS)).isTrue();
    work.close();
    assertThat(ended.getCount()).isZero();
  }
}
