package dev.stead.agent.deploy;

import dev.stead.sdk.Wire;
import dev.stead.store.Change;
import dev.stead.store.Commit;
import dev.stead.store.Commit.Condition;
import dev.stead.store.Commit.Mutation;
import dev.stead.store.CommitResult;
import dev.stead.store.Entry;
import dev.stead.store.Store;
import dev.stead.store.Value;
import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Stream;

/// The apps' part of the store, typed: which document stands under which key.
///
/// | key | value |
/// | --- | --- |
/// | `apps/APP/releases/000007` | [Release] |
/// | `apps/APP/standings/000007` | [Standing] |
/// | `apps/APP/live` | [Live] |
/// | `apps/APP/operation` | [Operation] |
/// | `apps/APP/env` | [Variables] |
/// | `apps/APP/act` | [Act] |
/// | `apps/APP/tokens/NAME` | [Token] |
/// | `apps/APP/secrets/NAME` | one secret, encrypted by the [vault][dev.stead.agent.vault.Vault] |
final class Records {
  /// Most changes of one kind that the history shows.
  static final int HISTORY_MAX = 200;

  private final Store store;
  private final Set<String> apps = new ConcurrentSkipListSet<>();

  Records(Store store) {
    this.store = store;
    for (var entry : store.list(Store.PRODUCTION, "apps/")) {
      apps.add(entry.key().split("/", 3)[1]);
    }
  }

  /// The variables set by `stead env`.
  @Json(naming = Naming.LowerHyphen)
  record Variables(SortedMap<String, String> values) {
    Variables {
      Objects.requireNonNull(values, "values is missing");
    }
  }

  /// The last thing that somebody did to the app without changing it, such as running a command in
  /// it: kept for its place in the history.
  @Json(naming = Naming.LowerHyphen)
  record Act(String what) {
    Act {
      Objects.requireNonNull(what, "what is missing");
    }
  }

  /// A deploy token.
  ///
  /// @param user the unix user that it logs in as, and nobody else
  @Json(naming = Naming.LowerHyphen)
  record Token(String user, String publicKey, Instant createdAt, String createdBy) {
    Token {
      Objects.requireNonNull(user, "user is missing");
      Objects.requireNonNull(publicKey, "public-key is missing");
      Objects.requireNonNull(createdAt, "created-at is missing");
      Objects.requireNonNull(createdBy, "created-by is missing");
    }
  }

  /// A document and the revision that wrote it.
  record Versioned<T>(T value, long revision) {}

  /// The names of all apps that anything is known of.
  Set<String> apps() {
    return apps;
  }

  boolean has(String app) {
    return apps.contains(app);
  }

  Optional<Versioned<Live>> live(String app) {
    return read(liveKey(app), Live.class);
  }

  Optional<Versioned<Operation>> operation(String app) {
    return read(operationKey(app), Operation.class);
  }

  Optional<Release> release(String app, int number) {
    return read(releaseKey(app, number), Release.class).map(Versioned::value);
  }

  /// The release that the live document names.
  Release liveRelease(String app, Live live) {
    return release(app, live.release())
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "%s v%d is live but not in the store".formatted(app, live.release())));
  }

  /// Every release there ever was, oldest first.
  List<Release> releases(String app) {
    return store.list(Store.PRODUCTION, "apps/%s/releases/".formatted(app)).stream()
        .map(entry -> Wire.read(entry.value().bytes(), Release.class))
        .toList();
  }

  Optional<Standing> standing(String app, int number) {
    return read(standingKey(app, number), Standing.class).map(Versioned::value);
  }

  SortedMap<String, String> variables(String app) {
    return read(envKey(app), Variables.class)
        .map(found -> found.value().values())
        .orElseGet(TreeMap::new);
  }

  /// The secrets that are set, by name.
  NavigableMap<String, Entry> secrets(String app) {
    var prefix = "apps/%s/secrets/".formatted(app);
    var found = new TreeMap<String, Entry>();
    for (var entry : store.list(Store.PRODUCTION, prefix)) {
      found.put(entry.key().substring(prefix.length()), entry);
    }
    return found;
  }

  /// A secret's encrypted value as of a revision.
  Optional<Entry> secret(String app, String name, long revision) {
    return store.get(Store.PRODUCTION, secretKey(app, name), revision);
  }

  /// Who changed a secret last, and when.
  Optional<Change> lastChange(String app, String name) {
    return store.history(Store.PRODUCTION, secretKey(app, name), HISTORY_MAX).stream()
        .filter(change -> change.key().equals(secretKey(app, name)))
        .findFirst();
  }

  /// What people did to the app, newest first: one change per commit, without the journal's.
  List<Change> history(String app) {
    var byRevision = new LinkedHashMap<Long, Change>();
    Stream.of(
            liveKey(app),
            envKey(app),
            actKey(app),
            "apps/%s/secrets/".formatted(app),
            "apps/%s/tokens/".formatted(app),
            "apps/%s/standings/".formatted(app))
        .flatMap(prefix -> store.history(Store.PRODUCTION, prefix, HISTORY_MAX).stream())
        .sorted(Comparator.comparingLong(Change::revision).reversed())
        .forEach(change -> byRevision.putIfAbsent(change.revision(), change));
    return new ArrayList<>(byRevision.values());
  }

  /// The deploy tokens, by name.
  SortedMap<String, Token> tokens(String app) {
    var prefix = tokenKey(app, "");
    var found = new TreeMap<String, Token>();
    for (var entry : store.list(Store.PRODUCTION, prefix)) {
      found.put(
          entry.key().substring(prefix.length()), Wire.read(entry.value().bytes(), Token.class));
    }
    return found;
  }

  CommitResult commit(String app, Commit commit) {
    apps.add(app);
    return store.commit(commit);
  }

  /// Commits what nobody else can be writing, because the caller holds the app's lease.
  ///
  /// @return the commit's revision
  long commit(String app, String actor, String message, List<Mutation> mutations) {
    var commit = new Commit(Store.PRODUCTION, actor, message, List.of(), mutations);
    return switch (commit(app, commit)) {
      case CommitResult.Committed(var revision) -> revision;
      case CommitResult.Conflict conflict ->
          throw new IllegalStateException("a commit without conditions was refused: " + conflict);
    };
  }

  /// Holds as long as nobody wrote the document since.
  static Condition unchanged(String key, Optional<? extends Versioned<?>> read) {
    return read.<Condition>map(found -> new Condition.KeyAt(key, found.revision()))
        .orElseGet(() -> new Condition.KeyAbsent(key));
  }

  static Mutation put(String key, Record document) {
    return new Mutation.Put(key, Value.json(Wire.write(document)));
  }

  static Mutation putSecret(String app, String name, byte[] encrypted) {
    return new Mutation.Put(secretKey(app, name), new Value("application/octet-stream", encrypted));
  }

  static String liveKey(String app) {
    return "apps/%s/live".formatted(app);
  }

  static String operationKey(String app) {
    return "apps/%s/operation".formatted(app);
  }

  static String actKey(String app) {
    return "apps/%s/act".formatted(app);
  }

  static String tokenKey(String app, String name) {
    return "apps/%s/tokens/%s".formatted(app, name);
  }

  static String envKey(String app) {
    return "apps/%s/env".formatted(app);
  }

  static String secretKey(String app, String name) {
    return "apps/%s/secrets/%s".formatted(app, name);
  }

  static String releaseKey(String app, int number) {
    return "apps/%s/releases/%06d".formatted(app, number);
  }

  static String standingKey(String app, int number) {
    return "apps/%s/standings/%06d".formatted(app, number);
  }

  private <T> Optional<Versioned<T>> read(String key, Class<T> type) {
    return store
        .get(Store.PRODUCTION, key)
        .map(entry -> new Versioned<>(Wire.read(entry.value().bytes(), type), entry.revision()));
  }
}
