package dev.stead.cli.project;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class UnitsTest {
  @Test
  void durationsAreReadInEveryUnit() {
    assertThat(Units.duration("500ms")).contains(Duration.ofMillis(500));
    assertThat(Units.duration("30s")).contains(Duration.ofSeconds(30));
    assertThat(Units.duration("10m")).contains(Duration.ofMinutes(10));
    assertThat(Units.duration("2h")).contains(Duration.ofHours(2));
    assertThat(Units.duration("7d")).contains(Duration.ofDays(7));
  }

  @Test
  void whatIsNoDurationIsNotRead() {
    for (var text : new String[] {"", "30", "s", "-1s", "1.5s", "1 s", "1w", "99999999999s"}) {
      assertThat(Units.duration(text)).as(text).isEmpty();
    }
  }

  @Test
  void sizesArePowersOf1024() {
    assertThat(Units.size("7")).hasValue(7);
    assertThat(Units.size("64K")).hasValue(64 << 10);
    assertThat(Units.size("256M")).hasValue(256 << 20);
    assertThat(Units.size("1G")).hasValue(1 << 30);
    assertThat(Units.size("2T")).hasValue(2L << 40);
    assertThat(Units.size("1Q")).isEmpty();
    assertThat(Units.size("1.5G")).isEmpty();
  }

  @Test
  void sizesAreWrittenForPeople() {
    assertThat(Units.sizeText(0)).isEqualTo("0 B");
    assertThat(Units.sizeText(999)).isEqualTo("999 B");
    assertThat(Units.sizeText(1500)).isEqualTo("1.5 KiB");
    assertThat(Units.sizeText(200 << 20)).isEqualTo("200 MiB");
    assertThat(Units.sizeText(1L << 40)).isEqualTo("1.0 TiB");
  }

  @Test
  void durationsAreWrittenForPeople() {
    assertThat(Units.durationText(Duration.ofMillis(340))).isEqualTo("0.3 s");
    assertThat(Units.durationText(Duration.ofSeconds(12))).isEqualTo("12 s");
    assertThat(Units.durationText(Duration.ofSeconds(250))).isEqualTo("4 m 10 s");
    assertThat(Units.durationText(Duration.ofMinutes(185))).isEqualTo("3 h 5 m");
    assertThat(Units.durationText(Duration.ofHours(52))).isEqualTo("2 d 4 h");
  }
}
