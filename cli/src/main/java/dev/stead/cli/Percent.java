package dev.stead.cli;

import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// A share, as it is written on the command line: `10%`, or `10`.
final class Percent implements ITypeConverter<Integer> {
  private static final Pattern FORM = Pattern.compile("(\\d{1,2}|100)\\s*%?");

  @Override
  public Integer convert(String value) {
    var matcher = FORM.matcher(value);
    if (!matcher.matches()) {
      throw new TypeConversionException("'%s' is no share from 0%% to 100%%".formatted(value));
    }
    return Integer.valueOf(matcher.group(1));
  }
}
