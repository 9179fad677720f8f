package dev.stead.cli.project;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class NearestTest {
  private static final List<String> NAMES = List.of("status", "start", "stop", "deploy", "up");

  @Test
  void aMistypedNameFindsTheOneThatWasMeant() {
    assertThat(Nearest.to("deploi", NAMES)).contains("deploy");
    assertThat(Nearest.to("sttaus", NAMES)).contains("status");
    assertThat(Nearest.to("sotp", NAMES)).contains("stop");
  }

  @Test
  void whatIsFarFromEverythingFindsNothing() {
    assertThat(Nearest.to("colour", NAMES)).isEmpty();
    assertThat(Nearest.to("xy", NAMES)).isEmpty();
  }

  @Test
  void swappedNeighboursAreOneEdit() {
    assertThat(Nearest.distance("memroy", "memory")).isEqualTo(1);
    assertThat(Nearest.distance("", "abc")).isEqualTo(3);
    assertThat(Nearest.distance("same", "same")).isZero();
  }
}
