package dev.stead.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stead.sdk.StoreRequests.At;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PastPointTest {
  private static final Instant NOW = Instant.parse("2026-02-10T12:00:00Z");

  @Test
  void aRevisionAnAgeAndAMomentAreWhatTheAgentTakes() {
    assertThat(PastPoint.parse("rev:1234", NOW)).isEqualTo("1234");
    assertThat(PastPoint.parse("r7", NOW)).isEqualTo("7");
    assertThat(PastPoint.parse("2h", NOW)).isEqualTo("PT2H");
    assertThat(PastPoint.parse("7d", NOW)).isEqualTo("PT168H");
    assertThat(PastPoint.parse("2026-01-31T14:30:00Z", NOW)).isEqualTo("2026-01-31T14:30:00Z");
    for (var wrong : new String[] {"", "yesterday", "25:00", "1:2", "rev:"}) {
      assertThatThrownBy(() -> PastPoint.parse(wrong, NOW)).hasMessageContaining("it is none such");
    }
  }

  @Test
  void aBranchAndAPointStandInOneWord() {
    assertThat(PastPoint.ofBranch("try@rev:17", NOW)).isEqualTo(at("try", "17"));
    assertThat(PastPoint.ofBranch("try", NOW))
        .isEqualTo(new At(Optional.of("try"), Optional.empty()));
    assertThat(PastPoint.ofBranch("@2h", NOW))
        .isEqualTo(new At(Optional.empty(), Optional.of("PT2H")));
    assertThat(PastPoint.ofBranch("", NOW)).isEqualTo(At.now());
  }

  private static At at(String branch, String point) {
    return new At(Optional.of(branch), Optional.of(point));
  }
}
