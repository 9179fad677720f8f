package dev.stead.sdk;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;

/// The bodies of the agent's answers.
public final class Answers {
  private Answers() {}

  /// `GET /v1/status`
  ///
  /// @param alerts what needs somebody soon, though nobody has asked; `GET /v1/doctor` says more
  @Json(naming = Naming.LowerHyphen)
  public record Status(
      String version,
      Instant startedAt,
      EdgeStatus edge,
      DiskUse disk,
      List<AppStatus> apps,
      List<Finding> alerts) {
    public Status {
      Objects.requireNonNull(version, "version is missing");
      Objects.requireNonNull(startedAt, "started-at is missing");
      Objects.requireNonNull(edge, "edge is missing");
      Objects.requireNonNull(disk, "disk is missing");
      Objects.requireNonNull(apps, "apps is missing");
      // An agent before this one does not say it.
      alerts = Objects.requireNonNullElse(alerts, List.of());
    }
  }

  /// How the edge is, as the agent sees it.
  ///
  /// @param generation of the routing table that the edge serves
  /// @param httpsPort where it serves TLS; 0 where it does not
  @Json(naming = Naming.LowerHyphen)
  public record EdgeStatus(
      boolean up, long generation, int httpPort, int httpsPort, Optional<String> why) {}

  /// Sizes in bytes.
  @Json(naming = Naming.LowerHyphen)
  public record DiskUse(long total, long free, long releases, long chunks, long logs) {}

  /// `GET /v1/apps/APP`
  ///
  /// @param release what is live, also while stopped
  /// @param operation the operation under way
  /// @param mode whether requests pass; [AppMode#OPEN] where nothing is said
  /// @param canary the release that some visitors get instead
  @Json(naming = Naming.LowerHyphen)
  public record AppStatus(
      String app,
      AppState state,
      Optional<Integer> release,
      Optional<Integer> previous,
      List<String> urls,
      List<InstanceStatus> instances,
      SortedMap<String, Integer> scale,
      Optional<OperationStatus> operation,
      AppMode mode,
      Optional<CanaryStatus> canary) {
    public AppStatus {
      Objects.requireNonNull(app, "app is missing");
      Objects.requireNonNull(state, "state is missing");
      Objects.requireNonNull(urls, "urls is missing");
      Objects.requireNonNull(instances, "instances is missing");
      Objects.requireNonNull(scale, "scale is missing");
      // An agent of a version before this one does not say it.
      mode = Objects.requireNonNullElse(mode, AppMode.OPEN);
    }
  }

  /// A release beside the live one.
  ///
  /// @param percent how many of a hundred visitors get it
  @Json(naming = Naming.LowerHyphen)
  public record CanaryStatus(int release, int percent) {}

  public enum AppState {
    /// Created, nothing was ever live.
    EMPTY,
    LIVE,
    /// Live, but some instance is not running.
    DEGRADED,
    STOPPED,
    /// Live, but nothing of `web` runs until a request comes.
    ASLEEP
  }

  /// One instance of an app.
  ///
  /// @param state `running`, `backing-off`, `exited`, `stopping`
  /// @param why the last exit, explained
  @Json(naming = Naming.LowerHyphen)
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
      Optional<String> why) {
    public InstanceStatus {
      Objects.requireNonNull(id, "id is missing");
      Objects.requireNonNull(process, "process is missing");
      Objects.requireNonNull(state, "state is missing");
    }
  }

  /// An operation under way.
  ///
  /// @param kind `deploy`, `rollback`, `scale`, …
  /// @param owner who began it, from where
  @Json(naming = Naming.LowerHyphen)
  public record OperationStatus(
      String id, String kind, String owner, Instant since, Optional<Event.Step> step) {
    public OperationStatus {
      Objects.requireNonNull(id, "id is missing");
      Objects.requireNonNull(kind, "kind is missing");
      Objects.requireNonNull(owner, "owner is missing");
      Objects.requireNonNull(since, "since is missing");
    }
  }

  /// What a request that starts an operation answers (202); its events are at `GET
  /// /v1/apps/APP/operations/ID/events`.
  @Json(naming = Naming.LowerHyphen)
  public record Started(String operation, Optional<Integer> release) {
    public Started {
      Objects.requireNonNull(operation, "operation is missing");
    }
  }

  /// `PUT` and `GET /v1/bundles/ID`: what the agent lacks of it.
  @Json(naming = Naming.LowerHyphen)
  public record Missing(List<String> chunks) {
    public Missing {
      Objects.requireNonNull(chunks, "chunks is missing");
    }
  }

  /// `POST /v1/chunks`
  @Json(naming = Naming.LowerHyphen)
  public record Stored(int chunks) {}

  /// `GET /v1/apps/APP/releases`, newest first.
  @Json(naming = Naming.LowerHyphen)
  public record Releases(List<Release> releases) {
    public Releases {
      Objects.requireNonNull(releases, "releases is missing");
    }
  }

  /// One release of an app, without its files.
  ///
  /// @param bytes size of its files
  /// @param kept whether its files are still there, so that it can be gone back to
  @Json(naming = Naming.LowerHyphen)
  public record Release(
      int number,
      Instant createdAt,
      String createdBy,
      String reason,
      String bundle,
      long bytes,
      boolean live,
      boolean kept,
      Optional<String> outcome) {
    public Release {
      Objects.requireNonNull(createdAt, "created-at is missing");
      Objects.requireNonNull(createdBy, "created-by is missing");
      Objects.requireNonNull(reason, "reason is missing");
      Objects.requireNonNull(bundle, "bundle is missing");
    }
  }

  /// `GET /v1/apps/APP/rollback?release=N&at=INSTANT`: what going back would change; `GET
  /// /v1/apps/APP/diff?from=N&to=N`: what differs between two releases.
  ///
  /// @param lines for people, one for each thing that differs
  @Json(naming = Naming.LowerHyphen)
  public record Difference(int from, int to, List<String> lines) {
    public Difference {
      Objects.requireNonNull(lines, "lines is missing");
    }
  }

  /// `GET /v1/environments`
  @Json(naming = Naming.LowerHyphen)
  public record Environments(List<Environment> environments) {
    public Environments {
      Objects.requireNonNull(environments, "environments is missing");
    }
  }

  /// One environment; also the answer of `POST /v1/environments`.
  ///
  /// @param parent what it was forked from; empty for `production`, as is by whom and when
  /// @param apps all of them, named as [AppName] says
  /// @param running those that are not stopped
  @Json(naming = Naming.LowerHyphen)
  public record Environment(
      String name,
      Optional<String> parent,
      Optional<Instant> createdAt,
      Optional<String> createdBy,
      List<String> apps,
      List<String> running) {
    public Environment {
      Objects.requireNonNull(name, "name is missing");
      Objects.requireNonNull(apps, "apps is missing");
      Objects.requireNonNull(running, "running is missing");
    }
  }

  /// `GET /v1/environments/NAME/diff?to=NAME&app=APP`: what differs between two environments.
  @Json(naming = Naming.LowerHyphen)
  public record EnvironmentDifference(List<AppDifference> apps) {
    public EnvironmentDifference {
      Objects.requireNonNull(apps, "apps is missing");
    }
  }

  /// What differs between an app's live releases in two environments.
  ///
  /// @param app its name without an environment
  /// @param from the release that is live in the one; empty when none is
  /// @param lines for people, one for each thing that differs; none when either has no live release
  @Json(naming = Naming.LowerHyphen)
  public record AppDifference(
      String app, Optional<Integer> from, Optional<Integer> to, List<String> lines) {
    public AppDifference {
      Objects.requireNonNull(app, "app is missing");
      Objects.requireNonNull(lines, "lines is missing");
    }
  }

  /// `GET /v1/apps/APP/env`
  @Json(naming = Naming.LowerHyphen)
  public record Env(SortedMap<String, String> variables) {
    public Env {
      Objects.requireNonNull(variables, "variables is missing");
    }
  }

  /// `GET /v1/apps/APP/secrets`: names only, never values.
  @Json(naming = Naming.LowerHyphen)
  public record Secrets(List<Secret> secrets) {
    public Secrets {
      Objects.requireNonNull(secrets, "secrets is missing");
    }
  }

  @Json(naming = Naming.LowerHyphen)
  public record Secret(String name, Instant changedAt, String changedBy) {
    public Secret {
      Objects.requireNonNull(name, "name is missing");
      Objects.requireNonNull(changedAt, "changed-at is missing");
      Objects.requireNonNull(changedBy, "changed-by is missing");
    }
  }

  /// `GET /v1/apps/APP/history`, newest first.
  @Json(naming = Naming.LowerHyphen)
  public record History(List<Change> changes) {
    public History {
      Objects.requireNonNull(changes, "changes is missing");
    }
  }

  @Json(naming = Naming.LowerHyphen)
  public record Change(long revision, Instant at, String author, String message) {
    public Change {
      Objects.requireNonNull(at, "at is missing");
      Objects.requireNonNull(author, "author is missing");
      Objects.requireNonNull(message, "message is missing");
    }
  }

  /// `GET /v1/apps/APP/tokens`
  @Json(naming = Naming.LowerHyphen)
  public record Tokens(List<Token> tokens) {
    public Tokens {
      Objects.requireNonNull(tokens, "tokens is missing");
    }
  }

  /// A key that may deploy one app and nothing else.
  ///
  /// @param user whom to log in as with it
  @Json(naming = Naming.LowerHyphen)
  public record Token(String name, String user, Instant createdAt, String createdBy) {
    public Token {
      Objects.requireNonNull(name, "name is missing");
      Objects.requireNonNull(user, "user is missing");
      Objects.requireNonNull(createdAt, "created-at is missing");
      Objects.requireNonNull(createdBy, "created-by is missing");
    }
  }

  /// `GET /v1/volumes`
  @Json(naming = Naming.LowerHyphen)
  public record Volumes(List<Volume> volumes) {
    public Volumes {
      Objects.requireNonNull(volumes, "volumes is missing");
    }
  }

  /// One volume.
  ///
  /// @param bytesUsed by its files
  /// @param bytesMax the size that stead.toml asks for, or that it was made with
  /// @param enforced whether it cannot grow beyond that; elsewhere it is watched
  @Json(naming = Naming.LowerHyphen)
  public record Volume(
      String app,
      String name,
      String path,
      long bytesUsed,
      Optional<Long> bytesMax,
      boolean enforced) {
    public Volume {
      Objects.requireNonNull(app, "app is missing");
      Objects.requireNonNull(name, "name is missing");
      Objects.requireNonNull(path, "path is missing");
    }
  }

  /// `GET /v1/doctor`: what is well and what is not.
  ///
  /// @param now by the agent's clock
  /// @param addresses those that this machine has
  /// @param hosts the host names that apps answer to, by app
  @Json(naming = Naming.LowerHyphen)
  public record Doctor(
      String version,
      Instant now,
      List<Finding> findings,
      List<String> addresses,
      SortedMap<String, List<String>> hosts) {
    public Doctor {
      Objects.requireNonNull(version, "version is missing");
      Objects.requireNonNull(now, "now is missing");
      Objects.requireNonNull(findings, "findings is missing");
      Objects.requireNonNull(addresses, "addresses is missing");
      Objects.requireNonNull(hosts, "hosts is missing");
    }
  }

  /// One thing that was looked at.
  ///
  /// @param about what: `disk`, `edge`, `app cv`
  /// @param fix what mends it; empty when nothing is wrong
  @Json(naming = Naming.LowerHyphen)
  public record Finding(Level level, String about, String text, Optional<String> fix) {
    public Finding {
      Objects.requireNonNull(level, "level is missing");
      Objects.requireNonNull(about, "about is missing");
      Objects.requireNonNull(text, "text is missing");
    }

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

  /// `GET /v1/certs`
  @Json(naming = Naming.LowerHyphen)
  public record Certs(List<Cert> certs) {
    public Certs {
      Objects.requireNonNull(certs, "certs is missing");
    }
  }

  /// A host's certificate, or the want of one.
  ///
  /// @param authority the CA that gave it; empty for one that the user brought
  /// @param renewAt when it will be replaced; empty for one that the user brought
  /// @param trouble why the last try gave none
  @Json(naming = Naming.LowerHyphen)
  public record Cert(
      String host,
      CertState state,
      Optional<String> authority,
      Optional<Instant> notBefore,
      Optional<Instant> notAfter,
      Optional<Instant> renewAt,
      Optional<CertTrouble> trouble) {
    public Cert {
      Objects.requireNonNull(host, "host is missing");
      Objects.requireNonNull(state, "state is missing");
    }
  }

  public enum CertState {
    /// There is none yet: the edge shows one that it has signed itself.
    WANTED,
    SERVING,
    EXPIRED
  }

  /// An order that gave no certificate.
  ///
  /// @param retryAt when it is tried again
  @Json(naming = Naming.LowerHyphen)
  public record CertTrouble(Problem problem, Instant at, Instant retryAt) {
    public CertTrouble {
      Objects.requireNonNull(problem, "problem is missing");
      Objects.requireNonNull(at, "at is missing");
      Objects.requireNonNull(retryAt, "retry-at is missing");
    }
  }

  /// `POST /v1/apps/APP/runs`
  @Json(naming = Naming.LowerHyphen)
  public record RunStarted(String run) {
    public RunStarted {
      Objects.requireNonNull(run, "run is missing");
    }
  }

  /// One line of a log. `GET /v1/apps/APP/logs` answers NDJSON of these.
  @Json(naming = Naming.LowerHyphen)
  public record LogLine(Instant at, int release, String instance, String process, String text) {
    public LogLine {
      Objects.requireNonNull(at, "at is missing");
      Objects.requireNonNull(instance, "instance is missing");
      Objects.requireNonNull(process, "process is missing");
      Objects.requireNonNull(text, "text is missing");
    }
  }
}
