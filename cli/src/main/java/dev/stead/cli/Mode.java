package dev.stead.cli;

import dev.stead.sdk.StoreRequests.MergeMode;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// The mode of a merge, as it is written on the command line.
final class Mode implements ITypeConverter<MergeMode> {
  @Override
  public MergeMode convert(String value) {
    return switch (value) {
      case "three-way" -> MergeMode.THREE_WAY;
      case "overwrite" -> MergeMode.OVERWRITE;
      case "fast-forward" -> MergeMode.FAST_FORWARD;
      default ->
          throw new TypeConversionException(
              "'%s' is none of three-way, overwrite and fast-forward".formatted(value));
    };
  }
}
