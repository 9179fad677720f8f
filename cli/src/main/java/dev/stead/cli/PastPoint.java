package dev.stead.cli;

import dev.stead.cli.project.Units;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// A point in the past as people write it, turned into what the agent takes: `rev:1234` a revision,
/// `2h` an age by the agent's own clock, `14:30` the last time that it was so late here,
/// `2026-01-31T14:30` a moment here, with a `Z` one in UTC.
final class PastPoint implements ITypeConverter<String> {
  private static final Pattern REVISION = Pattern.compile("(?:rev:|r)([0-9]{1,18})");
  private static final Pattern TIME = Pattern.compile("[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?");

  private final InstantSource clock;
  private final ZoneId zone;

  PastPoint() {
    this(InstantSource.system(), ZoneId.systemDefault());
  }

  PastPoint(InstantSource clock, ZoneId zone) {
    this.clock = clock;
    this.zone = zone;
  }

  @Override
  public String convert(String value) {
    var revision = REVISION.matcher(value);
    if (revision.matches()) {
      return revision.group(1);
    }
    var age = Units.duration(value);
    if (age.isPresent()) {
      return age.orElseThrow().toString();
    }
    return moment(value)
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "'%s' is no point such as 2h, 14:30, 2026-01-31T14:30 or rev:1234"
                        .formatted(value)))
        .toString();
  }

  private Optional<Instant> moment(String value) {
    try {
      if (TIME.matcher(value).matches()) {
        return Optional.of(last(LocalTime.parse(value.length() % 3 == 1 ? "0" + value : value)));
      }
      return Optional.of(
          value.endsWith("Z")
              ? Instant.parse(value)
              : LocalDateTime.parse(value).atZone(zone).toInstant());
    } catch (DateTimeParseException _) {
      return Optional.empty();
    }
  }

  private Instant last(LocalTime time) {
    var now = clock.instant();
    var today = LocalDateTime.ofInstant(now, zone).with(time).atZone(zone).toInstant();
    return today.isAfter(now) ? today.minus(Duration.ofDays(1)) : today;
  }
}
