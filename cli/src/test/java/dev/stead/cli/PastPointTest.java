package dev.stead.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.TypeConversionException;

final class PastPointTest {
  private final PastPoint point =
      new PastPoint(
          InstantSource.fixed(Instant.parse("2026-02-10T12:00:00Z")), ZoneId.of("Europe/Berlin"));

  @Test
  void aPointIsReadAsPeopleMeanIt() {
    var sent =
        Map.of(
            "rev:1234", "1234",
            "r7", "7",
            "2h", "PT2H",
            "7d", "PT168H",
            "12:30", "2026-02-10T11:30:00Z",
            "9:05", "2026-02-10T08:05:00Z",
            "14:30", "2026-02-09T13:30:00Z",
            "09:05:07", "2026-02-10T08:05:07Z",
            "2026-01-31T14:30", "2026-01-31T13:30:00Z",
            "2026-01-31T14:30:00Z", "2026-01-31T14:30:00Z");

    sent.forEach((written, read) -> assertThat(point.convert(written)).isEqualTo(read));
  }

  @Test
  void whatIsNoneIsNamed() {
    for (var wrong : new String[] {"", "yesterday", "25:00", "1:2", "rev:", "2026-13-01T00:00"}) {
      assertThatThrownBy(() -> point.convert(wrong))
          .isInstanceOf(TypeConversionException.class)
          .hasMessageContaining("'%s' is no point such as 2h".formatted(wrong));
    }
  }
}
