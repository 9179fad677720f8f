package dev.stead.agent.crush;

import dev.stead.agent.keyspace.Moments;
import dev.stead.store.Commit;
import dev.stead.store.Commit.Condition;
import dev.stead.store.Commit.Mutation;
import dev.stead.store.CommitResult;
import dev.stead.store.Entry;
import dev.stead.store.Point;
import dev.stead.store.Store;
import dev.stead.store.Value;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/// Keys with forks of their own, on the first branch of the store, under `crush/`:
///
/// ```
/// crush/values/FORK/KEY    the value: put, merged into, deleted; its revisions are the store's
/// crush/origins/FORK/KEY   "default@17": it was forked from that fork of the key, as of revision 17
/// ```
///
/// A fork is one commit that writes both. The history of an item is its own since the fork, and
/// then its origin's as of the revision named there. Every change is one commit, conditional on
/// what it was made from, and so can neither be lost nor be half there.
public final class Crush {
  /// Most keys on a page of a list.
  public static final int KEYS_MAX = 10_000;

  /// Most revisions of an item that are told, and counted.
  public static final int REVISIONS_MAX = 1_000;

  /// Most bytes of them in one answer.
  public static final int REVISIONS_BYTES_MAX = 4 << 20;

  private static final String AUTHOR = "crush";
  private static final String BYTES = "application/octet-stream";

  /// So many are read at once: values, which may have 1 MiB each, are let go before the next.
  private static final int READ_AT_ONCE = 16;

  private final Store store;
  private final Moments moments;
  private final String lineage;

  public Crush(Store store, InstantSource clock) {
    this.store = store;
    this.moments = new Moments(store, clock);
    this.lineage = store.lineage();
  }

  /// What revisions are counted in, see [Store#lineage].
  public String lineage() {
    return lineage;
  }

  /// The revision that is meant by `?at=`, the newest without one.
  public long revision(Optional<String> at) {
    return at.map(moments::revision).orElse(Point.NEWEST);
  }

  /// What became of a wish.
  public enum Outcome {
    DONE,
    SOURCE_NOT_FOUND,
    TARGET_NOT_FOUND,
    /// The item is at another revision than was expected.
    CONFLICT
  }

  /// What stands at an item.
  public Optional<Entry> get(Item item, long revision) {
    return store.get(Store.PRODUCTION, item.valueKey(), revision);
  }

  /// Sets an item.
  ///
  /// @param expected the revision it is at; 0 = it is not there; empty for whatever
  public Outcome put(Item item, byte[] value, Optional<Long> expected) {
    return commit(
        "put " + item,
        conditions(item, expected),
        List.of(new Mutation.Put(item.valueKey(), new Value(BYTES, value))));
  }

  /// Deletes an item; one that is not there already is.
  public Outcome delete(Item item, Optional<Long> expected) {
    if (expected.isEmpty() && get(item, Point.NEWEST).isEmpty()) {
      return Outcome.DONE;
    }
    return commit(
        "delete " + item,
        conditions(item, expected),
        List.of(new Mutation.Delete(item.valueKey())));
  }

  /// Makes a fork of an item, with its history; what stood there before is no longer a part of it.
  public Outcome fork(Item source, Item target) {
    var outcome = Outcome.CONFLICT;
    while (outcome == Outcome.CONFLICT) {
      var found = get(source, Point.NEWEST);
      if (found.isEmpty()) {
        return Outcome.SOURCE_NOT_FOUND;
      }
      var entry = found.orElseThrow();
      var origin = "%s@%d".formatted(Item.encoded(source.fork()), entry.revision());
      outcome =
          commit(
              "fork %s at r%d".formatted(source, entry.revision()),
              List.of(new Condition.KeyAt(source.valueKey(), entry.revision())),
              List.of(
                  new Mutation.Put(target.valueKey(), entry.value()),
                  new Mutation.Put(target.originKey(), text(origin))));
    }
    return outcome;
  }

  /// Writes an item's value over another's, as its next revision. The message keeps from where.
  public Outcome merge(Item source, Item target) {
    var outcome = Outcome.CONFLICT;
    while (outcome == Outcome.CONFLICT) {
      var from = get(source, Point.NEWEST);
      var to = get(target, Point.NEWEST);
      if (from.isEmpty() || to.isEmpty()) {
        return from.isEmpty() ? Outcome.SOURCE_NOT_FOUND : Outcome.TARGET_NOT_FOUND;
      }
      var entry = from.orElseThrow();
      outcome =
          commit(
              "merge %s at r%d".formatted(source, entry.revision()),
              List.of(
                  new Condition.KeyAt(source.valueKey(), entry.revision()),
                  new Condition.KeyAt(target.valueKey(), to.orElseThrow().revision())),
              List.of(new Mutation.Put(target.valueKey(), entry.value())));
    }
    return outcome;
  }

  /// The former states of an item, newest first; an empty one where it was deleted.
  ///
  /// @param wanted how many at most, up to [#REVISIONS_MAX]
  /// @throws IllegalArgumentException when they are larger than [#REVISIONS_BYTES_MAX] together
  public List<Optional<Value>> former(Item item, long revision, int wanted) {
    var most = Math.min(wanted, REVISIONS_MAX);
    var states = new ArrayList<Optional<Value>>();
    var left = new AtomicLong(REVISIONS_BYTES_MAX);
    walk(
        item,
        revision,
        state -> {
          states.add(state);
          if (left.addAndGet(-state.map(value -> value.bytes().length).orElse(0)) < 0) {
            throw new IllegalArgumentException(
                "these revisions have more than %d bytes: ask for fewer"
                    .formatted(REVISIONS_BYTES_MAX));
          }
          return states.size() <= most;
        });
    return states.isEmpty() ? List.of() : states.subList(1, states.size());
  }

  /// How many former states an item has, counted up to [#REVISIONS_MAX].
  public int count(Item item, long revision) {
    var states = new AtomicInteger();
    walk(item, revision, _ -> states.incrementAndGet() <= REVISIONS_MAX);
    return Math.max(0, states.get() - 1);
  }

  /// Shows the states of an item, newest first, until no more are wanted.
  private void walk(Item item, long revision, Predicate<Optional<Value>> more) {
    var at = item;
    var ceiling = revision;
    for (var fork = 0; fork < REVISIONS_MAX; fork++) {
      var origin = store.get(Store.PRODUCTION, at.originKey(), ceiling);
      var since = origin.map(Entry::revision).orElse(0L);
      if (!walkSince(since, at, ceiling, more) || origin.isEmpty()) {
        return;
      }
      var named = origin.orElseThrow().value().text();
      var split = named.lastIndexOf('@');
      at = new Item(item.key(), decoded(named.substring(0, split)));
      ceiling = Long.parseLong(named.substring(split + 1));
    }
  }

  /// Shows those that are not older than a revision; tells whether more are wanted.
  private boolean walkSince(long since, Item item, long revision, Predicate<Optional<Value>> more) {
    var ceiling = revision;
    while (ceiling > since) {
      var page =
          store.versions(new Point(Store.PRODUCTION, ceiling), item.valueKey(), READ_AT_ONCE);
      if (page.isEmpty()) {
        return true;
      }
      for (var version : page) {
        var change = version.change();
        if (change.revision() <= since) {
          return true;
        }
        if (!more.test(change.entry().map(Entry::value))) {
          return false;
        }
        ceiling = change.revision() - 1;
      }
    }
    return true;
  }

  /// One page of the items that there are.
  ///
  /// @param fork all forks when empty
  /// @param after the item that the page before ended with
  public List<Item> list(Optional<String> fork, String prefix, Optional<Item> after, int limit) {
    var start = fork.map(name -> Item.values(name) + prefix).orElse(Item.VALUES);
    var last = after.map(Item::valueKey).orElse("");
    var items = new ArrayList<Item>();
    while (items.size() < limit) {
      var wanted = Math.min(READ_AT_ONCE, limit - items.size());
      var part = store.list(Point.newest(Store.PRODUCTION), start, last, wanted);
      part.forEach(entry -> items.add(item(entry.key())));
      if (part.size() < wanted) {
        break;
      }
      last = part.getLast().key();
    }
    return items;
  }

  private static Item item(String valueKey) {
    var rest = valueKey.substring(Item.VALUES.length());
    var split = rest.indexOf('/');
    return new Item(rest.substring(split + 1), decoded(rest.substring(0, split)));
  }

  private Outcome commit(String message, List<Condition> conditions, List<Mutation> mutations) {
    var commit = new Commit(Store.PRODUCTION, AUTHOR, message, conditions, mutations);
    return switch (store.commit(commit)) {
      case CommitResult.Committed _ -> Outcome.DONE;
      case CommitResult.Conflict _ -> Outcome.CONFLICT;
    };
  }

  private static List<Condition> conditions(Item item, Optional<Long> expected) {
    if (expected.isEmpty()) {
      return List.of();
    }
    var revision = expected.orElseThrow();
    return List.of(
        revision == 0
            ? new Condition.KeyAbsent(item.valueKey())
            : new Condition.KeyAt(item.valueKey(), revision));
  }

  private static String decoded(String fork) {
    return URLDecoder.decode(fork, StandardCharsets.UTF_8);
  }

  private static Value text(String text) {
    return new Value("text/plain", text.getBytes(StandardCharsets.UTF_8));
  }
}
