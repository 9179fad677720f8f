package dev.stead.cli;

import dev.stead.cli.project.Units;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// The option `--wait` of every operation.
final class WaitChoice {
  @Option(
      names = "--wait",
      arity = "0..1",
      fallbackValue = "10m",
      paramLabel = "TIME",
      converter = AsDuration.class,
      description =
          "wait for another operation on the app to end, ${FALLBACK-VALUE} when no time is given")
  private Optional<Duration> waitFor = Optional.empty();

  Optional<Duration> time() {
    return waitFor;
  }

  /// Durations as in stead.toml.
  static final class AsDuration implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String value) {
      return Units.duration(value)
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "'%s' is no duration such as 30s, 10m or 2h".formatted(value)));
    }
  }
}
