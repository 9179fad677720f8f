package dev.stead.edge.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class SpareHeapTest {
  private Duration spent = Duration.ZERO;
  private long taken = 8 << 20;
  private int collections;

  private final SpareHeap heap = new SpareHeap(() -> spent, () -> taken, this::collect);

  private void collect() {
    collections++;
    taken = 20 << 20;
  }

  private void afterSpending(Duration time) {
    spent = spent.plus(time);
    heap.look();
  }

  @Test
  void whatALoadHasTakenIsGivenBackOnceItIsOver() {
    taken = 60 << 20;
    afterSpending(SpareHeap.EVERY);
    assertThat(collections).isZero();

    afterSpending(SpareHeap.LITTLE);
    assertThat(collections).isZero();

    afterSpending(SpareHeap.LITTLE.minusMillis(1));
    assertThat(collections).isEqualTo(1);
  }

  @Test
  void whatIsInUseIsNotLookedForAgainAndAgain() {
    taken = 60 << 20;
    afterSpending(Duration.ZERO);
    afterSpending(Duration.ZERO);
    taken += SpareHeap.WORTH_BYTES - 1;
    afterSpending(Duration.ZERO);
    assertThat(collections).isEqualTo(1);

    taken++;
    afterSpending(Duration.ZERO);
    assertThat(collections).isEqualTo(2);
  }
}
