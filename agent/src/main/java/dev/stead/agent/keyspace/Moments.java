package dev.stead.agent.keyspace;

import dev.stead.sdk.StoreRequests.At;
import dev.stead.store.Point;
import dev.stead.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Pattern;

/// Points in the past, as requests name them: a revision, a moment, or an age.
public final class Moments {
  private static final Pattern REVISION = Pattern.compile("[0-9]{1,18}");

  private final Store store;
  private final InstantSource clock;

  public Moments(Store store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  /// The point that a request names.
  ///
  /// @throws IllegalArgumentException when it cannot be read
  Point point(At at) {
    return new Point(
        at.branch().orElse(Store.PRODUCTION), at.at().map(this::revision).orElse(Point.NEWEST));
  }

  /// The revision that was the newest at a point.
  ///
  /// @throws IllegalArgumentException when it cannot be read
  public long revision(String at) {
    if (REVISION.matcher(at).matches()) {
      return Long.parseLong(at);
    }
    try {
      return store.revisionAt(
          at.startsWith("P") ? clock.instant().minus(Duration.parse(at)) : Instant.parse(at));
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "a point must be a revision such as 1234, a moment such as 2026-01-31T14:30:00Z or an age such as PT2H, not '%s'"
              .formatted(at),
          e);
    }
  }

  /// The name of a branch, where the first one may be left out.
  static String branch(Optional<String> named) {
    return named.orElse(Store.PRODUCTION);
  }
}
