package dev.stead.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A few batches of what `bench/fuzz-edge` sends for as long as one likes; always the same ones, so
/// that a build fails for what was changed.
@ExtendWith(NoLeaks.class)
final class FuzzTest {
  private static final int BATCHES = 2;

  @Test
  void theAppSeesWhatTheEdgeHasTakenAndNothingElse() throws IOException {
    try (var fuzz = new Fuzz()) {
      for (int number = 1; number <= BATCHES; number++) {
        assertThat(fuzz.batch(number)).isEmpty();
      }
      assertThat(fuzz.forwarded()).isGreaterThan(BATCHES * 80L);
    }
  }
}
