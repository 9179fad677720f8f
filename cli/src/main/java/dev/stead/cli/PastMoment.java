package dev.stead.cli;

import dev.stead.cli.project.Units;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/// A moment that is over, as people name it: `14:30` (the last time it was that late here), `2h`
/// (so long ago), `2026-01-02 14:30` (here), or an instant of ISO 8601.
final class PastMoment {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("H:mm[:ss]");

  private PastMoment() {}

  static Instant parse(String text, Instant now) {
    var here = ZonedDateTime.ofInstant(now, ZoneId.systemDefault());
    try {
      var then = parse(text.strip(), here);
      if (then.isAfter(now)) {
        throw Misuse.of("reading the time '%s'".formatted(text), "it is not over yet");
      }
      return then;
    } catch (DateTimeException _) {
      throw Misuse.of(
          "reading the time '%s'".formatted(text),
          "it is none such as 14:30, 2h, '2026-01-02 14:30' or 2026-01-02T14:30:00Z");
    }
  }

  private static Instant parse(String text, ZonedDateTime now) {
    var ago = Units.duration(text);
    if (ago.isPresent()) {
      return now.toInstant().minus(ago.orElseThrow());
    }
    if (text.indexOf('-') < 0) {
      var today = now.with(LocalTime.parse(text, TIME));
      return (today.isAfter(now) ? today.minusDays(1) : today).toInstant();
    }
    return text.endsWith("Z")
        ? Instant.parse(text)
        : LocalDateTime.parse(text.replace(' ', 'T')).atZone(now.getZone()).toInstant();
  }
}
