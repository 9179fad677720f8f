package dev.stead.agent.traffic;

import dev.stead.sdk.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/// What is kept of the traffic on the disk, at most [#BYTES_MAX]:
///
/// | in `traffic/` | what | for |
/// | --- | --- | --- |
/// | `minutes/` | every minute, a file an hour | 2 days |
/// | `quarters/` | every quarter of an hour, a file a day | 14 days |
/// | `baselines.json` | what each edge had counted when the last minute ended | – |
///
/// A minute of one busy release takes about 500 bytes, so some 30 releases that are never idle fill
/// the budget; with more of them the oldest files go before their time.
///
/// The baselines are replaced before the minute is appended: an agent that is killed between the
/// two loses that minute, and none is counted twice. Used by one thread, but for [#read].
final class TrafficFiles {
  static final Duration MINUTE = Duration.ofMinutes(1);
  static final Duration QUARTER = Duration.ofMinutes(15);
  static final Duration MINUTES_KEPT = Duration.ofDays(2);
  static final Duration KEPT = Duration.ofDays(14);
  static final long BYTES_MAX = 96L << 20;

  private static final StretchLog.Span MINUTES =
      new StretchLog.Span(Duration.ofHours(1), MINUTES_KEPT, BYTES_MAX / 2);
  private static final StretchLog.Span QUARTERS =
      new StretchLog.Span(Duration.ofDays(1), KEPT, BYTES_MAX / 2);

  private final Path baselines;
  private final StretchLog minutes;
  private final StretchLog quarters;

  /// Up to where quarters are made of the minutes.
  private volatile Instant rolledUp;

  private TrafficFiles(Path directory, StretchLog minutes, StretchLog quarters, Instant rolledUp) {
    this.baselines = directory.resolve("baselines.json");
    this.minutes = minutes;
    this.quarters = quarters;
    this.rolledUp = rolledUp;
  }

  static TrafficFiles open(Path directory, Instant now) throws IOException {
    var minutes = StretchLog.open(directory.resolve("minutes"), MINUTES);
    var quarters = StretchLog.open(directory.resolve("quarters"), QUARTERS);
    var last = quarters.last();
    var rolledUp =
        last.isPresent()
            ? last.orElseThrow().plus(QUARTER)
            : floor(minutes.first().orElse(now), QUARTER);
    return new TrafficFiles(directory, minutes, quarters, rolledUp);
  }

  /// The beginning of the stretch of a length that a moment lies in; a day is a multiple of it.
  static Instant floor(Instant at, Duration length) {
    var millis = length.toMillis();
    return Instant.ofEpochMilli(Math.floorDiv(at.toEpochMilli(), millis) * millis);
  }

  /// What the edges had counted when the agent before this one ended.
  Baselines baselines() throws IOException {
    try {
      return Baselines.of(Wire.read(Files.readAllBytes(baselines), Baselines.Kept.class));
    } catch (NoSuchFileException e) {
      return new Baselines();
    } catch (IllegalArgumentException e) {
      // Torn as the power went, and with it the edges that it tells of.
      return new Baselines();
    }
  }

  /// Keeps a minute, or what there is of it by now, and makes quarters of those that are over.
  void append(Stretch minute, Baselines counted, Instant now) throws IOException {
    var temporary = baselines.resolveSibling("baselines.json.new");
    Files.write(temporary, Wire.write(counted.kept()));
    Files.move(temporary, baselines, StandardCopyOption.ATOMIC_MOVE);
    if (!minute.releases().isEmpty()) {
      minutes.append(minute);
    }
    rollUp(now);
  }

  private void rollUp(Instant now) throws IOException {
    for (var end = rolledUp.plus(QUARTER); !end.isAfter(now); end = end.plus(QUARTER)) {
      var sum = new Sum();
      minutes.read(rolledUp, end, minute -> sum.add(minute.releases()));
      if (!sum.releases().isEmpty()) {
        quarters.append(sum.stretch(rolledUp));
      }
      rolledUp = end;
    }
  }

  /// Reads all that was kept of a time: minutes as far back as there are any, quarters before.
  ///
  /// @param until not included
  void read(Instant from, Instant until, Consumer<Stretch> each) throws IOException {
    if (minutes.covers(from)) {
      minutes.read(from, until, each);
    } else {
      var rolled = rolledUp;
      quarters.read(floor(from, QUARTER), rolled, each);
      minutes.read(rolled, until, each);
    }
  }

  /// Since when something is kept.
  Optional<Instant> begin() throws IOException {
    var oldest = quarters.first();
    return oldest.isPresent() ? oldest : minutes.first();
  }
}
