package dev.stead.agent.observe;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/// Which lines of an app are asked for: those that match everything that is given.
///
/// @param since only lines read at or after this instant
/// @param grep only lines in which this is found
/// @param last only the last so many of those that match, 1 … [#LAST_MAX]
public record LogQuery(
    String app,
    Optional<Instant> since,
    OptionalInt release,
    Optional<String> process,
    Optional<String> instance,
    Optional<Pattern> grep,
    OptionalInt last) {
  public static final int LAST_MAX = 100_000;

  public LogQuery {
    LogTags.name(app);
    if (last.isPresent() && (last.getAsInt() < 1 || last.getAsInt() > LAST_MAX)) {
      throw new IllegalArgumentException(
          "the last %d lines: it can be 1 … %d".formatted(last.getAsInt(), LAST_MAX));
    }
  }

  /// All lines of an app.
  public static LogQuery of(String app) {
    return new LogQuery(
        app,
        Optional.empty(),
        OptionalInt.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        OptionalInt.empty());
  }

  public LogQuery withSince(Instant instant) {
    return new LogQuery(app, Optional.of(instant), release, process, instance, grep, last);
  }

  public LogQuery withRelease(int number) {
    return new LogQuery(app, since, OptionalInt.of(number), process, instance, grep, last);
  }

  public LogQuery withProcess(String name) {
    return new LogQuery(app, since, release, Optional.of(name), instance, grep, last);
  }

  public LogQuery withInstance(String id) {
    return new LogQuery(app, since, release, process, Optional.of(id), grep, last);
  }

  public LogQuery withGrep(Pattern pattern) {
    return new LogQuery(app, since, release, process, instance, Optional.of(pattern), last);
  }

  public LogQuery withLast(int lines) {
    return new LogQuery(app, since, release, process, instance, grep, OptionalInt.of(lines));
  }

  /// @throws IllegalArgumentException when the pattern is too much for this line
  boolean matches(LogLine line) {
    LogTags tags = line.tags();
    return (release.isEmpty() || release.getAsInt() == tags.release())
        && process.map(tags.process()::equals).orElse(true)
        && instance.map(tags.instance()::equals).orElse(true)
        && since.map(instant -> !line.at().isBefore(instant)).orElse(true)
        && grep.map(pattern -> found(pattern, line.text())).orElse(true);
  }

  private static boolean found(Pattern pattern, String text) {
    try {
      return pattern.matcher(text).find();
    } catch (StackOverflowError e) {
      throw new IllegalArgumentException(
          "the pattern %s needs too much stack on a line of %d characters: use a simpler one"
              .formatted(pattern, text.length()),
          e);
    }
  }
}
