package dev.stead.cli.project;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/// Durations and sizes as people write them in `stead.toml` and on the command line: `30s`, `256M`.
public final class Units {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");
  private static final Pattern SIZE = Pattern.compile("(\\d{1,9})([KMGT]?)");
  private static final String[] SIZE_NAMES = {"B", "KiB", "MiB", "GiB", "TiB"};

  private Units() {}

  /// Reads `500ms`, `30s`, `10m`, `2h` or `7d`; empty when it is none of these.
  public static Optional<Duration> duration(String text) {
    var match = DURATION.matcher(text);
    if (!match.matches()) {
      return Optional.empty();
    }
    long number = Long.parseLong(match.group(1));
    return Optional.of(
        switch (match.group(2)) {
          case "ms" -> Duration.ofMillis(number);
          case "s" -> Duration.ofSeconds(number);
          case "m" -> Duration.ofMinutes(number);
          case "h" -> Duration.ofHours(number);
          default -> Duration.ofDays(number);
        });
  }

  /// Reads `64K`, `256M`, `1G` or `2T` (powers of 1024) in bytes; empty when it is none of these.
  public static OptionalLong size(String text) {
    var match = SIZE.matcher(text);
    if (!match.matches()) {
      return OptionalLong.empty();
    }
    int power = "KMGT".indexOf(match.group(2)) + (match.group(2).isEmpty() ? 0 : 1);
    return OptionalLong.of(Long.parseLong(match.group(1)) << (10 * power));
  }

  /// Writes a size for people: `512 B`, `1.4 MiB`.
  public static String sizeText(long bytes) {
    double number = bytes;
    int power = 0;
    while (number >= 1000 && power < SIZE_NAMES.length - 1) {
      number /= 1024;
      power++;
    }
    return power == 0 || number >= 100
        ? "%.0f %s".formatted(number, SIZE_NAMES[power])
        : String.format(Locale.ROOT, "%.1f %s", number, SIZE_NAMES[power]);
  }

  /// Writes a duration for people: `0.3 s`, `12 s`, `4 m 10 s`, `3 h 5 m`, `2 d 4 h`.
  public static String durationText(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds < 10) {
      return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 3600) {
      return "%d m %d s".formatted(seconds / 60, seconds % 60);
    }
    if (seconds < 86_400) {
      return "%d h %d m".formatted(seconds / 3600, seconds / 60 % 60);
    }
    return "%d d %d h".formatted(seconds / 86_400, seconds / 3600 % 24);
  }
}
