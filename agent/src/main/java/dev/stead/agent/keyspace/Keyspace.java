package dev.stead.agent.keyspace;

import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import dev.stead.sdk.RevisionTag;
import dev.stead.sdk.StoreAnswers;
import dev.stead.sdk.StoreClient.Target;
import dev.stead.sdk.StoreRequests;
import dev.stead.sdk.StoreRequests.At;
import dev.stead.sdk.StoreRequests.Expected;
import dev.stead.sdk.StoreRequests.Page;
import dev.stead.store.Branch;
import dev.stead.store.Commit;
import dev.stead.store.Commit.Condition;
import dev.stead.store.Commit.Mutation;
import dev.stead.store.CommitResult;
import dev.stead.store.Difference;
import dev.stead.store.Entry;
import dev.stead.store.Fork;
import dev.stead.store.Merge;
import dev.stead.store.Revert;
import dev.stead.store.Scope;
import dev.stead.store.Side;
import dev.stead.store.SparedKeyException;
import dev.stead.store.Store;
import dev.stead.store.Value;
import dev.stead.store.Watch;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/// The store as the API offers it. Whatever names a branch that is not there, or exceeds a limit,
/// is refused with [IllegalArgumentException]; what would change the platform's state, with
/// `A-PLATFORM-KEY`.
public final class Keyspace {
  /// Most keys or differences on a page.
  public static final int PAGE_MAX = 1_000;

  /// Most changes on a page: each is read with its value.
  public static final int HISTORY_MAX = 100;

  /// Of a value that came without one.
  public static final String DEFAULT_CONTENT_TYPE = "application/octet-stream";

  /// So many are read at once: values, which may have 1 MiB each, are let go before the next.
  private static final int READ_AT_ONCE = 16;

  private static final Pattern CONTENT_TYPE = Pattern.compile("[\\x20-\\x7e]+");

  private final Store store;
  private final Moments moments;

  /// The one that revisions are counted in, see [Store#lineage].
  private final String lineage;

  public Keyspace(Store store, InstantSource clock) {
    this.store = store;
    this.moments = new Moments(store, clock);
    this.lineage = store.lineage();
  }

  public StoreAnswers.Branches branches() {
    return new StoreAnswers.Branches(store.branches().stream().map(Answered::branch).toList());
  }

  public StoreAnswers.Branch fork(StoreRequests.Fork fork, String author) {
    if (fork.prefix().isPresent() && fork.key().isPresent()) {
      throw new IllegalArgumentException("a fork sees a prefix or one key, not both");
    }
    var scope =
        fork.key()
            .<Scope>map(Scope.Key::new)
            .or(() -> fork.prefix().map(Scope.Prefix::new))
            .orElseGet(Scope::everything);
    PlatformKeys.refuse(scope);
    return Answered.branch(
        store.fork(
            new Fork(
                fork.name(),
                Moments.branch(fork.parent()),
                fork.at()
                    .map(at -> OptionalLong.of(moments.revision(at)))
                    .orElseGet(OptionalLong::empty),
                scope,
                author,
                fork.message().orElse(""))));
  }

  /// Deletes a branch of people's own.
  public void deleteBranch(String name) {
    for (Branch branch : store.branches()) {
      if (branch.name().equals(name)) {
        PlatformKeys.refuseDeletion(store, branch);
      }
    }
    store.deleteBranch(name);
  }

  public StoreAnswers.Keys list(At at, String prefix, Page page) {
    var point = moments.point(at);
    var keys =
        new Pages<>(page, Entry::key)
            .read((after, limit) -> store.list(point, prefix, after, limit), Answered::key);
    return new StoreAnswers.Keys(keys.items(), keys.next());
  }

  /// The value of a key.
  ///
  /// @throws ProblemException `A-NO-KEY` when it is not there
  public Entry get(At at, String key) {
    var point = moments.point(at);
    return store.get(point.branch(), key, point.revision()).orElseThrow(() -> noKey(key));
  }

  /// Sets a key.
  ///
  /// @throws ProblemException `A-CONFLICT` when it does not hold what was expected
  public StoreAnswers.Committed put(Target target, Value value, String author) {
    return write(target, new Mutation.Put(target.key(), value), author);
  }

  /// The same without waiting: what is refused at once is thrown, everything else is told later, on
  /// a thread of the store's that may not block.
  public void beginPut(
      Target target, Value value, String author, Consumer<Supplier<StoreAnswers.Committed>> told) {
    var commit = commitOf(target, new Mutation.Put(target.key(), value), author);
    commit.mutations().forEach(Keyspace::refuseUnfit);
    store.begin(commit, outcome -> told.accept(() -> committed(commit, outcome.get())));
  }

  /// Deletes a key.
  ///
  /// @throws ProblemException `A-NO-KEY` when there is nothing to delete
  public StoreAnswers.Committed delete(Target target, String author) {
    PlatformKeys.refuse(target.key());
    if (store.get(Moments.branch(target.branch()), target.key()).isEmpty()) {
      throw noKey(target.key());
    }
    return write(target, new Mutation.Delete(target.key()), author);
  }

  private StoreAnswers.Committed write(Target target, Mutation mutation, String author) {
    return commit(commitOf(target, mutation, author));
  }

  private Commit commitOf(Target target, Mutation mutation, String author) {
    return new Commit(
        Moments.branch(target.branch()),
        author,
        target.message().orElse(""),
        condition(target.key(), target.expected()).map(List::of).orElseGet(List::of),
        List.of(mutation));
  }

  public StoreAnswers.Committed commit(StoreRequests.Commit commit, String author) {
    return commit(
        new Commit(
            Moments.branch(commit.branch()),
            author,
            commit.message().orElse(""),
            commit.conditions().stream().map(this::condition).toList(),
            commit.changes().stream().map(Keyspace::mutation).toList()));
  }

  private StoreAnswers.Committed commit(Commit commit) {
    commit.mutations().forEach(Keyspace::refuseUnfit);
    return committed(commit, store.commit(commit));
  }

  private StoreAnswers.Committed committed(Commit commit, CommitResult result) {
    return switch (result) {
      case CommitResult.Committed(long revision) -> Answered.committed(tag(revision));
      case CommitResult.Conflict(Condition failed, Optional<Entry> found) ->
          throw new ProblemException(
              Problem.of(
                  Code.CONFLICT,
                  "writing to branch " + commit.branch(),
                  Conflicts.why(failed, found)));
    };
  }

  private static void refuseUnfit(Mutation mutation) {
    PlatformKeys.refuse(mutation.key());
    if (mutation instanceof Mutation.Put(var key, var value)
        && !CONTENT_TYPE.matcher(value.contentType()).matches()) {
      throw new IllegalArgumentException(
          "the content type of '%s' cannot stand in a header".formatted(key));
    }
  }

  /// What happened to the keys under a prefix, newest first.
  public StoreAnswers.History history(At at, String prefix, Optional<Integer> limit) {
    var most = within(limit, HISTORY_MAX);
    var changes =
        store.history(moments.point(at), prefix, most).stream().map(Answered::change).toList();
    return Histories.wholeCommits(changes, most);
  }

  /// What happened to one key, newest first, with patches.
  public StoreAnswers.History versions(At at, String key, Optional<Integer> limit) {
    var most = within(limit, HISTORY_MAX);
    var versions =
        store.versions(moments.point(at), key, most).stream().map(Answered::version).toList();
    return Histories.ofKey(versions, most);
  }

  public StoreAnswers.Differences diff(At left, At right, String prefix, Page page) {
    var one = moments.point(left);
    var other = moments.point(right);
    var found =
        new Pages<>(page, Difference::key)
            .read(
                (after, limit) -> store.diff(one, other, prefix, after, limit),
                Answered::difference);
    return new StoreAnswers.Differences(found.items(), found.next());
  }

  public StoreAnswers.Merged merge(StoreRequests.Merge merge, String author) {
    var mode =
        switch (merge.mode()) {
          case OVERWRITE -> Merge.Mode.OVERWRITE;
          case FAST_FORWARD -> Merge.Mode.FAST_FORWARD;
          case THREE_WAY -> Merge.Mode.THREE_WAY;
        };
    var message = merge.message().orElseGet(() -> "merge %s".formatted(merge.source()));
    try {
      return Answered.merged(
          store.merge(
              Merge.of(merge.source(), merge.target(), mode, author, message)
                  .resolved(sides(merge.resolutions()))
                  .sparing(PlatformKeys.PREFIXES)));
    } catch (SparedKeyException e) {
      throw PlatformKeys.refused(
          "merging %s into %s".formatted(merge.source(), merge.target()),
          String.valueOf(e.getMessage()));
    }
  }

  public StoreAnswers.Merged revert(StoreRequests.Revert revert, String author) {
    var message = revert.message().orElseGet(() -> "revert r" + revert.revision());
    try {
      return Answered.merged(
          store.revert(
              Revert.of(Moments.branch(revert.branch()), revert.revision(), author, message)
                  .resolved(sides(revert.resolutions()))
                  .sparing(PlatformKeys.PREFIXES)));
    } catch (SparedKeyException e) {
      throw PlatformKeys.refused("reverting r" + revert.revision(), String.valueOf(e.getMessage()));
    }
  }

  /// The newest revision.
  public long head() {
    return store.head();
  }

  /// The tag of a revision of this store.
  public RevisionTag tag(long revision) {
    return new RevisionTag(revision, lineage);
  }

  /// The revision of a watch to go on behind.
  ///
  /// @throws ProblemException `A-RESTORED` when a backup took the store's place since
  public long revision(RevisionTag place) {
    if (!place.isOf(lineage)) {
      throw new ProblemException(
          Problem.of(
              Code.RESTORED,
              "watching behind revision " + place.revision(),
              "a backup took the store's place since"));
    }
    return place.revision();
  }

  /// Watches what is committed after a revision. Close it.
  public Watch watch(Optional<String> branch, String prefix, long after) {
    return store.watch(Moments.branch(branch), prefix, after);
  }

  /// What a watch came to, as the API says it.
  public static StoreAnswers.Seen seen(Watch.Seen seen) {
    return Answered.seen(seen);
  }

  /// Walks everything; takes as long as reading all of it.
  public StoreAnswers.Check check() {
    var head = store.head();
    return new StoreAnswers.Check(head, store.check());
  }

  private static Map<String, Side> sides(Map<String, StoreRequests.Side> resolutions) {
    var sides = new HashMap<String, Side>();
    resolutions.forEach(
        (key, side) ->
            sides.put(
                key,
                switch (side) {
                  case OURS -> Side.OURS;
                  case THEIRS -> Side.THEIRS;
                }));
    return sides;
  }

  private static Mutation mutation(StoreRequests.Mutation change) {
    return change
        .value()
        .<Mutation>map(value -> new Mutation.Put(change.key(), value(change.contentType(), value)))
        .orElseGet(() -> new Mutation.Delete(change.key()));
  }

  private static Value value(Optional<String> contentType, ByteBuffer value) {
    var bytes = new byte[value.remaining()];
    value.duplicate().get(bytes);
    return new Value(contentType.orElse(DEFAULT_CONTENT_TYPE), bytes);
  }

  private Condition condition(StoreRequests.Condition condition) {
    var counted = condition.lineage().orElse(lineage);
    if (condition.key().isPresent()) {
      var tag = new RevisionTag(condition.revision().orElse(0L), counted);
      return condition(condition.key().orElseThrow(), Expected.at(tag)).orElseThrow();
    }
    var revision =
        condition
            .revision()
            .orElseThrow(
                () -> new IllegalArgumentException("a condition names a key or a revision"));
    refuseOutlived("the branch", new RevisionTag(revision, counted));
    return new Condition.HeadAt(revision);
  }

  private Optional<Condition> condition(String key, Expected expected) {
    expected.tag().ifPresent(tag -> refuseOutlived("key '" + key + "'", tag));
    return expected
        .tag()
        .map(RevisionTag::revision)
        .map(
            revision ->
                revision == 0 ? new Condition.KeyAbsent(key) : new Condition.KeyAt(key, revision));
  }

  private void refuseOutlived(String what, RevisionTag tag) {
    if (!tag.isOf(lineage)) {
      var why =
          "%s was to be at revision %d of a store that a backup has replaced since"
              .formatted(what, tag.revision());
      throw new ProblemException(Problem.of(Code.CONFLICT, "writing to the store", why));
    }
  }

  private static ProblemException noKey(String key) {
    return new ProblemException(
        Problem.of(Code.NO_KEY, "looking for " + key, "there is no key '%s'".formatted(key)));
  }

  private static int within(Optional<Integer> limit, int max) {
    var wanted = limit.orElse(max);
    if (wanted < 1 || wanted > max) {
      throw new IllegalArgumentException("a page of %d; it can have 1 … %d".formatted(wanted, max));
    }
    return wanted;
  }

  /// One page of something that is walked in the order of keys.
  private record Pages<T>(Page page, Function<T, String> key) {
    /// A part of the walk: what comes behind a key, at most so many.
    interface Walk<T> {
      List<T> read(String after, int limit);
    }

    /// @param next the key to go on behind; empty at the end
    record Items<R>(List<R> items, Optional<String> next) {}

    <R> Items<R> read(Walk<T> walk, Function<T, R> shown) {
      var limit = within(page.limit(), PAGE_MAX);
      var after = page.after().orElse("");
      var items = new ArrayList<R>();
      while (items.size() < limit) {
        var wanted = Math.min(READ_AT_ONCE, limit - items.size());
        var part = walk.read(after, wanted);
        part.forEach(item -> items.add(shown.apply(item)));
        if (part.size() < wanted) {
          return new Items<>(items, Optional.empty());
        }
        after = key.apply(part.getLast());
      }
      return new Items<>(items, Optional.of(after));
    }
  }
}
