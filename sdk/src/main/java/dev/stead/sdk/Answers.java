package dev.stead.sdk;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/// The bodies of the agent's answers.
public final class Answers {
  private Answers() {}

  /// `GET /v1/status`
  public record Status(
      String version, Instant startedAt, EdgeStatus edge, DiskUse disk, List<AppStatus> apps) {}

  /// How the edge is, as the agent sees it.
  ///
  /// @param generation of the routing table that the edge serves
  public record EdgeStatus(boolean up, long generation, int httpPort, Optional<String> why) {}

  /// Sizes in bytes.
  public record DiskUse(long total, long free, long releases, long chunks, long logs) {}

  /// `GET /v1/apps/APP`
  ///
  /// @param release what is live, also while stopped
  /// @param operation the operation under way
  public record AppStatus(
      String app,
      AppState state,
      Optional<Integer> release,
      Optional<Integer> previous,
      List<String> urls,
      List<InstanceStatus> instances,
      SortedMap<String, Integer> scale,
      Optional<OperationStatus> operation) {}

  public enum AppState {
    /// Created, nothing was ever live.
    EMPTY,
    LIVE,
    /// Live, but some instance is not running.
    DEGRADED,
    STOPPED
  }

  /// One instance of an app.
  ///
  /// @param state `running`, `backing-off`, `exited`, `stopping`
  /// @param why the last exit, explained
  public record InstanceStatus(
      String id,
      String process,
      int release,
      String state,
      Optional<Integer> port,
      Optional<Long> pid,
      Optional<Instant> since,
      int restarts,
      Optional<Long> memoryBytes,
      Optional<String> why) {}

  /// An operation under way.
  ///
  /// @param kind `deploy`, `rollback`, `scale`, …
  /// @param owner who began it, from where
  public record OperationStatus(
      String id, String kind, String owner, Instant since, Optional<Event.Step> step) {}

  /// What a request that starts an operation answers (202); its events are at `GET
  /// /v1/apps/APP/operations/ID/events`.
  public record Started(String operation, Optional<Integer> release) {}

  /// `PUT` and `GET /v1/bundles/ID`: what the agent lacks of it.
  public record Missing(List<String> chunks) {}

  /// `POST /v1/chunks`
  public record Stored(int chunks) {}

  /// `GET /v1/apps/APP/releases`, newest first.
  public record Releases(List<Release> releases) {}

  /// One release of an app, without its files.
  ///
  /// @param bytes size of its files
  /// @param kept whether its files are still there, so that it can be gone back to
  public record Release(
      int number,
      Instant createdAt,
      String createdBy,
      String reason,
      String bundle,
      long bytes,
      boolean live,
      boolean kept,
      Optional<String> outcome) {}

  /// `GET /v1/apps/APP/rollback?release=N`: what going back would change.
  public record Difference(int from, int to, List<String> lines) {}

  /// `GET /v1/apps/APP/env`
  public record Env(SortedMap<String, String> variables) {}

  /// `GET /v1/apps/APP/secrets`: names only, never values.
  public record Secrets(List<Secret> secrets) {}

  public record Secret(String name, Instant changedAt, String changedBy) {}

  /// `GET /v1/apps/APP/history`, newest first.
  public record History(List<Change> changes) {}

  public record Change(long revision, Instant at, String author, String message) {}

  /// `GET /v1/apps/APP/tokens`
  public record Tokens(List<Token> tokens) {}

  /// A key that may deploy one app and nothing else.
  ///
  /// @param user whom to log in as with it
  public record Token(String name, String user, Instant createdAt, String createdBy) {}

  /// `GET /v1/volumes`
  public record Volumes(List<Volume> volumes) {}

  /// One volume.
  ///
  /// @param bytesUsed by its files
  /// @param bytesMax the size that stead.toml asks for, or that it was made with
  /// @param enforced whether it cannot grow beyond that; elsewhere it is watched
  public record Volume(
      String app,
      String name,
      String path,
      long bytesUsed,
      Optional<Long> bytesMax,
      boolean enforced) {}

  /// `GET /v1/doctor`: what is well and what is not.
  ///
  /// @param now by the agent's clock
  /// @param addresses those that this machine has
  /// @param hosts the host names that apps answer to, by app
  public record Doctor(
      String version,
      Instant now,
      List<Finding> findings,
      List<String> addresses,
      SortedMap<String, List<String>> hosts) {}

  /// One thing that was looked at.
  ///
  /// @param about what: `disk`, `edge`, `app cv`
  /// @param fix what mends it; empty when nothing is wrong
  public record Finding(Level level, String about, String text, Optional<String> fix) {
    public static Finding good(String about, String text) {
      return new Finding(Level.GOOD, about, text, Optional.empty());
    }

    public static Finding doubtful(String about, String text, String fix) {
      return new Finding(Level.DOUBTFUL, about, text, Optional.of(fix));
    }

    public static Finding bad(String about, String text, String fix) {
      return new Finding(Level.BAD, about, text, Optional.of(fix));
    }
  }

  public enum Level {
    GOOD,
    /// Works, and may soon not.
    DOUBTFUL,
    /// Does not work.
    BAD
  }

  /// `POST /v1/apps/APP/runs`
  public record RunStarted(String run) {}

  /// One line of a log. `GET /v1/apps/APP/logs` answers NDJSON of these.
  public record LogLine(Instant at, int release, String instance, String process, String text) {}
}
