package dev.stead.cli;

import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// A revision of the store as people write it: `r17`, `rev:17` or `17`.
final class RevisionNumber implements ITypeConverter<Long> {
  private static final Pattern REVISION = Pattern.compile("(?:rev:|r)?([0-9]{1,18})");

  @Override
  public Long convert(String value) {
    var matcher = REVISION.matcher(value);
    if (!matcher.matches()) {
      throw new TypeConversionException("'%s' is no revision such as r17".formatted(value));
    }
    return Long.valueOf(matcher.group(1));
  }
}
