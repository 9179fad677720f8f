package dev.stead.rig;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/// Deploys under mixed load: nothing fails, nothing happens twice, nothing is cut before its time.
@Order(Turn.LAST)
final class DeployUnderLoadTest {
  private static final int DEPLOYS = 15;
  private static final long SEED = Long.getLong("stead.seed", 15);

  @Test
  void noSwitchIsNoticed() throws IOException {
    System.out.printf("%d deploys, seed %d%n", DEPLOYS, SEED);
    var result = DeploysUnderLoad.run(DEPLOYS, new DeploysUnderLoad.Traffic(false, SEED));
    System.out.println(result.report());
    assertThat(result.report().failures()).isEmpty();
    assertThat(result.miscounted()).isEmpty();
    assertThat(result.cutTooEarly()).isEmpty();
    assertThat(result.switches()).isEqualTo(DEPLOYS);
    assertThat(result.withoutTraffic()).isEmpty();
  }
}
