package dev.stead.agent.api;

import io.vertx.core.MultiMap;
import java.nio.charset.CharacterCodingException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// The parameters behind the `?` of a request. What cannot be read is an [IllegalArgumentException]
/// that names the parameter.
final class Query {
  /// So that every number of so many digits is one of Java's.
  private static final int NUMBER_DIGITS_MAX = 9;

  private static final int REVISION_DIGITS_MAX = 18;

  private final MultiMap octets;

  /// @param octets of each parameter, unescaped, as characters: what is no text can be told then
  Query(MultiMap octets) {
    this.octets = octets;
  }

  Optional<String> text(String name) {
    var value = octets.get(name);
    try {
      return value == null ? Optional.empty() : Optional.of(Escapes.text(value));
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "parameter %s has escapes that are no UTF-8".formatted(name), e);
    }
  }

  boolean flag(String name) {
    return parsed(name, "true or false", Query::flagOf).orElse(false);
  }

  /// A number that is not negative.
  Optional<Integer> number(String name) {
    return parsed(
        name, "a number from 0", text -> Math.toIntExact(digits(text, NUMBER_DIGITS_MAX)));
  }

  /// A revision: a number that is not negative.
  Optional<Long> revision(String name) {
    return parsed(name, "a number from 0", text -> digits(text, REVISION_DIGITS_MAX));
  }

  Optional<Duration> duration(String name) {
    return parsed(name, "a duration in ISO 8601 such as PT10M", Duration::parse);
  }

  Optional<Instant> instant(String name) {
    return parsed(name, "a moment in ISO 8601 such as 2026-01-02T14:30:00Z", Instant::parse);
  }

  Optional<Pattern> pattern(String name) {
    return parsed(name, "a regular expression", Pattern::compile);
  }

  private <T> Optional<T> parsed(String name, String expected, Function<String, T> parse) {
    var given = text(name);
    try {
      return given.map(parse);
    } catch (NumberFormatException | DateTimeParseException | PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "parameter %s must be %s, not '%s'".formatted(name, expected, given.orElse("")), e);
    }
  }

  private static long digits(String text, int most) {
    if (text.length() > most || !text.chars().allMatch(digit -> digit >= '0' && digit <= '9')) {
      throw new NumberFormatException("more or other than digits");
    }
    return Long.parseLong(text);
  }

  private static boolean flagOf(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new NumberFormatException("no flag");
    };
  }
}
