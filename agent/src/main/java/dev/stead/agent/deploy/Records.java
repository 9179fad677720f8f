package dev.stead.agent.deploy;

import dev.stead.sdk.AppMode;
import dev.stead.sdk.AppName;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import dev.stead.sdk.Wire;
import dev.stead.store.Branch;
import dev.stead.store.Change;
import dev.stead.store.Commit;
import dev.stead.store.Commit.Condition;
import dev.stead.store.Commit.Mutation;
import dev.stead.store.CommitResult;
import dev.stead.store.Derived;
import dev.stead.store.Entry;
import dev.stead.store.Fork;
import dev.stead.store.Point;
import dev.stead.store.Scope;
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
import java.util.function.Supplier;
import java.util.stream.Stream;

/// The apps' part of the store, typed: the documents under [Keys], on the branch of the app's
/// environment.
///
/// | key beside those | value |
/// | --- | --- |
/// | `stead/environment` | [Forked]; not in `production` |
/// | `stead/numbers/APP` | [Numbered]; in `production` only |
///
/// An app is named as [AppName] says: `cv`, `staging.cv`.
final class Records {
  /// Most changes of one kind that the history shows.
  static final int HISTORY_MAX = 200;

  /// Documents that one commit of a removal deletes: far below what the store takes.
  private static final int REMOVED_AT_ONCE = 1_000;

  /// What a fork has of its parent.
  private static final Scope APPS = new Scope.Prefix("apps/");

  private static final String ENVIRONMENT_KEY = "stead/environment";

  private final Store store;
  private final Set<String> apps = new ConcurrentSkipListSet<>();
  private final Set<String> environments = new ConcurrentSkipListSet<>();

  Records(Store store) {
    this.store = store;
    for (var branch : store.branches()) {
      if (branch.name().equals(Store.PRODUCTION) || forked(branch.name()).isPresent()) {
        see(branch.name());
      }
    }
  }

  private void see(String environment) {
    environments.add(environment);
    for (var entry : store.list(environment, "apps/")) {
      apps.add(new AppName(environment, entry.key().split("/", 3)[1]).toString());
    }
  }

  /// That a branch is an environment, and where it came from.
  ///
  /// @param name the branch's: on a branch that somebody forked from it by the store this is
  ///   another
  @Json(naming = Naming.LowerHyphen)
  record Forked(String name, String parent, Instant createdAt, String createdBy) {
    Forked {
      Objects.requireNonNull(name, "name is missing");
      Objects.requireNonNull(parent, "parent is missing");
      Objects.requireNonNull(createdAt, "created-at is missing");
      Objects.requireNonNull(createdBy, "created-by is missing");
    }
  }

  /// The newest number that a release of an app has in any environment, also in those that are
  /// gone.
  @Json(naming = Naming.LowerHyphen)
  record Numbered(int last) {}

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

  /// That the app has all that another environment's had.
  ///
  /// @param revision of that environment's state
  @Json(naming = Naming.LowerHyphen)
  record Promoted(long revision) {}

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

  /// Those in one environment.
  List<String> apps(String environment) {
    return apps.stream().filter(app -> AppName.of(app).environment().equals(environment)).toList();
  }

  boolean has(String app) {
    return apps.contains(app);
  }

  /// @throws ProblemException when there is none of this name
  void requireApp(String app) {
    if (!has(app)) {
      var known = String.join(", ", apps);
      throw new ProblemException(
          Problem.of(
              Code.NO_APP,
              "looking for app " + app,
              known.isEmpty() ? "there are no apps yet" : "there are " + known));
    }
  }

  Optional<Versioned<Live>> live(String app) {
    return read(app, Keys.live(app), Live.class);
  }

  /// What was live at a moment.
  Optional<Live> liveAt(String app, Instant then) {
    return liveAt(app, store.revisionAt(then));
  }

  /// What was live as of a revision.
  ///
  /// @param revision may be [Point#NEWEST]
  Optional<Live> liveAt(String app, long revision) {
    return readAt(app, Keys.live(app), revision).map(json -> Wire.read(json, Live.class));
  }

  /// What was live, and since when.
  record Stood(Live live, Instant since) {}

  /// What is and was live, newest first.
  List<Stood> lives(String app) {
    return store.history(branch(app), Keys.live(app), HISTORY_MAX).stream()
        .filter(change -> change.key().equals(Keys.live(app)) && change.entry().isPresent())
        .map(
            change ->
                new Stood(
                    Wire.read(change.entry().orElseThrow().value().bytes(), Live.class),
                    change.at()))
        .toList();
  }

  SortedMap<String, String> variablesAt(String app, long revision) {
    return readAt(app, Keys.env(app), revision)
        .map(json -> Wire.read(json, Variables.class).values())
        .orElseGet(TreeMap::new);
  }

  private Optional<byte[]> readAt(String app, String key, long revision) {
    var entry =
        revision == Point.NEWEST
            ? store.get(branch(app), key)
            : store.get(branch(app), key, revision);
    return entry.map(found -> found.value().bytes());
  }

  long head() {
    return store.head();
  }

  /// What is worked out from these records.
  <T> Derived<T> derived(Supplier<T> work) {
    return new Derived<>(store, work);
  }

  /// The parent's point that an environment was forked at; empty when it has another parent.
  Optional<Point> forkPoint(String environment, String parent) {
    return branch(environment, store.branches())
        .flatMap(Branch::origin)
        .filter(origin -> origin.parent().equals(parent))
        .map(origin -> new Point(parent, origin.revision()));
  }

  /// The revision of another environment's state that an app has, by being promoted from there.
  Optional<Long> promoted(String app, String from) {
    return read(app, Keys.promoted(app, from), Promoted.class)
        .map(found -> found.value().revision());
  }

  AppMode mode(String app) {
    return read(app, Keys.mode(app), Mode.class)
        .map(found -> found.value().mode())
        .orElse(AppMode.OPEN);
  }

  Optional<Versioned<Operation>> operation(String app) {
    return read(app, Keys.operation(app), Operation.class);
  }

  /// The operation that holds the app's lease, with the stage it is at.
  Optional<Operation> underWay(String app) {
    return operation(app).map(Versioned::value).filter(operation -> operation.outcome().isEmpty());
  }

  Optional<Release> release(String app, int number) {
    return read(app, Keys.release(app, number), Release.class)
        .map(found -> found.value().in(branch(app)));
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
    return store.list(branch(app), Keys.prefix(app) + "releases/").stream()
        .map(entry -> Wire.read(entry.value().bytes(), Release.class).in(branch(app)))
        .toList();
  }

  Optional<Standing> standing(String app, int number) {
    return read(app, Keys.standing(app, number), Standing.class).map(Versioned::value);
  }

  SortedMap<String, String> variables(String app) {
    return read(app, Keys.env(app), Variables.class)
        .map(found -> found.value().values())
        .orElseGet(TreeMap::new);
  }

  /// The secrets that are set, by name.
  NavigableMap<String, Entry> secrets(String app) {
    var prefix = Keys.secret(app, "");
    var found = new TreeMap<String, Entry>();
    for (var entry : store.list(branch(app), prefix)) {
      found.put(entry.key().substring(prefix.length()), entry);
    }
    return found;
  }

  /// A secret's encrypted value as of a revision.
  Optional<Entry> secret(String app, String name, long revision) {
    return store.get(branch(app), Keys.secret(app, name), revision);
  }

  /// Who changed a secret last, and when.
  Optional<Change> lastChange(String app, String name) {
    return store.history(branch(app), Keys.secret(app, name), HISTORY_MAX).stream()
        .filter(change -> change.key().equals(Keys.secret(app, name)))
        .findFirst();
  }

  /// What people did to the app, newest first: one change per commit, without the journal's.
  List<Change> history(String app) {
    var byRevision = new LinkedHashMap<Long, Change>();
    Stream.of(
            Keys.live(app),
            Keys.mode(app),
            Keys.env(app),
            Keys.act(app),
            Keys.secret(app, ""),
            Keys.token(app, ""),
            Keys.prefix(app) + "standings/")
        .flatMap(prefix -> store.history(branch(app), prefix, HISTORY_MAX).stream())
        .sorted(Comparator.comparingLong(Change::revision).reversed())
        .forEach(change -> byRevision.putIfAbsent(change.revision(), change));
    return new ArrayList<>(byRevision.values());
  }

  /// The deploy tokens, by name.
  SortedMap<String, Token> tokens(String app) {
    var prefix = Keys.token(app, "");
    var found = new TreeMap<String, Token>();
    for (var entry : store.list(branch(app), prefix)) {
      found.put(
          entry.key().substring(prefix.length()), Wire.read(entry.value().bytes(), Token.class));
    }
    return found;
  }

  /// A number that no release of this app has, in any environment.
  int takeNumber(String app) {
    var key = "stead/numbers/" + AppName.of(app).app();
    while (true) {
      var found = readFrom(Store.PRODUCTION, key, Numbered.class);
      // A store that was written before there was this document has none, and an agent that does
      // not know of it does not count on.
      var newest = newestNumber(app);
      var next = Math.max(newest, found.map(last -> last.value().last()).orElse(0)) + 1;
      var commit =
          Commit.of(Store.PRODUCTION, "agent", "number", put(key, new Numbered(next)))
              .when(unchanged(key, found));
      if (store.commit(commit) instanceof CommitResult.Committed) {
        return next;
      }
    }
  }

  private int newestNumber(String app) {
    return environments.stream()
        .map(environment -> AppName.of(app).in(environment).toString())
        .flatMap(each -> releases(each).stream())
        .mapToInt(Release::number)
        .max()
        .orElse(0);
  }

  /// The names of all environments.
  Set<String> environments() {
    return environments;
  }

  /// @throws ProblemException when there is none of this name
  void requireEnvironment(String name) {
    if (!environments.contains(name)) {
      throw new ProblemException(
          Problem.of(
              Code.NO_ENVIRONMENT,
              "using environment " + name,
              "there is " + String.join(", ", environments)));
    }
  }

  /// Where an environment came from; empty for the first, and for a branch that is none.
  Optional<Forked> forked(String environment) {
    return readFrom(environment, ENVIRONMENT_KEY, Forked.class)
        .map(Versioned::value)
        .filter(forked -> forked.name().equals(environment));
  }

  /// Whether no branch has this name, or only one whose making did not get beyond [#fork]. A branch
  /// of a person's is never of the apps alone.
  boolean isFree(String name) {
    return branch(name, store.branches())
        .map(found -> found.origin().filter(from -> isCutShort(found, from)).isPresent())
        .orElse(true);
  }

  private static boolean isCutShort(Branch branch, Branch.Origin origin) {
    return origin.scope().equals(APPS) && origin.revision() == branch.head();
  }

  private static Optional<Branch> branch(String name, List<Branch> all) {
    return all.stream().filter(branch -> branch.name().equals(name)).findFirst();
  }

  /// Forks all apps. What comes of it is an environment once [#found] was called.
  void fork(String parent, String name, String actor, String message) {
    if (branch(name, store.branches()).isPresent()) {
      store.deleteBranch(name);
    }
    var all = Fork.of(name, parent, actor, message);
    store.fork(all.only(APPS));
  }

  /// Makes a branch an environment, together with what else is to change there.
  void found(String name, Forked forked, String message, List<Mutation> changes) {
    var mutations = new ArrayList<>(changes);
    mutations.add(put(ENVIRONMENT_KEY, forked));
    commitTo(name, forked.createdBy(), message, mutations);
    see(name);
  }

  /// Forgets an environment with all its documents.
  void forget(String name) {
    var gone = apps(name);
    // First of all, so that nobody reads a branch that is not there any more.
    environments.remove(name);
    apps.removeAll(gone);
    var deleted = false;
    try {
      store.deleteBranch(name);
      deleted = true;
    } finally {
      if (!deleted) {
        see(name);
      }
    }
  }

  /// Deletes every document of an app. The revisions before stay readable as those of any key.
  void removeApp(String app, String actor) {
    var documents = store.list(branch(app), Keys.prefix(app));
    for (var from = 0; from < documents.size(); from += REMOVED_AT_ONCE) {
      var some = documents.subList(from, Math.min(from + REMOVED_AT_ONCE, documents.size()));
      var deletes = some.stream().map(each -> new Mutation.Delete(each.key())).toList();
      commitTo(branch(app), actor, "remove " + app, List.copyOf(deletes));
    }
    apps.remove(app);
  }

  /// Writes into the history of all apps of an environment what was done to it.
  void tell(String environment, String actor, String what) {
    var acts = apps(environment).stream().map(app -> put(Keys.act(app), new Act(what))).toList();
    if (!acts.isEmpty()) {
      commitTo(environment, actor, what, acts);
    }
  }

  CommitResult commit(String app, Commit commit) {
    apps.add(app);
    return store.commit(commit);
  }

  /// Commits what nobody else can be writing, because the caller holds the app's lease.
  ///
  /// @return the commit's revision
  long commit(String app, String actor, String message, List<Mutation> mutations) {
    apps.add(app);
    return commitTo(branch(app), actor, message, mutations);
  }

  private long commitTo(
      String environment, String actor, String message, List<Mutation> mutations) {
    var commit = new Commit(environment, actor, message, List.of(), mutations);
    return switch (store.commit(commit)) {
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
    return new Mutation.Put(
        Keys.secret(app, name), new Value("application/octet-stream", encrypted));
  }

  /// The branch that an app's documents stand on.
  static String branch(String app) {
    return AppName.of(app).environment();
  }

  private <T> Optional<Versioned<T>> read(String app, String key, Class<T> type) {
    return readFrom(branch(app), key, type);
  }

  private <T> Optional<Versioned<T>> readFrom(String branch, String key, Class<T> type) {
    return store
        .get(branch, key)
        .map(entry -> new Versioned<>(Wire.read(entry.value().bytes(), type), entry.revision()));
  }
}
