package dev.stead.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

final class PastMomentTest {
  private static final Instant NOW = here("2026-03-02T15:00");

  @Test
  void aTimeOfDayIsTheLastTimeItWasThatLate() {
    assertThat(PastMoment.parse("14:30", NOW)).isEqualTo(here("2026-03-02T14:30"));
    assertThat(PastMoment.parse("9:05", NOW)).isEqualTo(here("2026-03-02T09:05"));
    assertThat(PastMoment.parse("09:05:07", NOW)).isEqualTo(here("2026-03-02T09:05:07"));
    assertThat(PastMoment.parse("15:30", NOW)).isEqualTo(here("2026-03-01T15:30"));
  }

  @Test
  void anAgeADateAndAnInstantAreMoments() {
    assertThat(PastMoment.parse("2h", NOW)).isEqualTo(NOW.minus(Duration.ofHours(2)));
    assertThat(PastMoment.parse("2026-01-02 14:30", NOW)).isEqualTo(here("2026-01-02T14:30"));
    assertThat(PastMoment.parse("2026-01-02T14:30:00Z", NOW))
        .isEqualTo(Instant.parse("2026-01-02T14:30:00Z"));
  }

  @Test
  void whatIsToComeAndWhatIsNoTimeAreRefused() {
    assertThatThrownBy(() -> PastMoment.parse("2026-03-03 10:00", NOW))
        .hasMessageContaining("C-USAGE")
        .hasMessageContaining("it is not over yet");
    for (var text : new String[] {"", "25:00", "yesterday", "2026-13-01 10:00"}) {
      assertThatThrownBy(() -> PastMoment.parse(text, NOW)).hasMessageContaining("it is none such");
    }
  }

  private static Instant here(String local) {
    return LocalDateTime.parse(local).atZone(ZoneId.systemDefault()).toInstant();
  }
}
