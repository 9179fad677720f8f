package dev.stead.cli;

import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// A release as people name it: `v7`, or `7`.
final class ReleaseNumber implements ITypeConverter<Integer> {
  private static final Pattern NUMBER = Pattern.compile("v?(\\d{1,6})");

  @Override
  public Integer convert(String value) {
    var match = NUMBER.matcher(value);
    if (!match.matches()) {
      throw new TypeConversionException("'%s' is no release such as v7".formatted(value));
    }
    return Integer.valueOf(match.group(1));
  }
}
