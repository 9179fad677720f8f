package dev.stead.store.rocks;

import dev.stead.store.Side;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// A store in a few maps, written without a thought for speed: every branch has a whole copy of its
/// keys for every revision, and every commit knows the commits it came from.
final class Model {
  /// Of each branch, its keys as of each of its commits.
  private final Map<String, TreeMap<Long, Map<String, String>>> states = new TreeMap<>();

  private final Map<String, Node> tips = new HashMap<>();
  private final Map<Long, Node> commits = new TreeMap<>();
  private long head;

  /// A commit. Merged is the tip of the source, when it was a merge that was not reverted.
  private static final class Node {
    private final String branch;
    private final long revision;
    private final Set<String> keys;
    private final Optional<Node> former;
    private Optional<Node> merged;

    Node(
        String branch,
        long revision,
        Set<String> keys,
        Optional<Node> former,
        Optional<Node> merged) {
      this.branch = branch;
      this.revision = revision;
      this.keys = keys;
      this.former = former;
      this.merged = merged;
    }
  }

  Model(String first) {
    states.put(first, new TreeMap<>(Map.of(0L, Map.of())));
    tips.put(first, new Node(first, 0, Set.of(), Optional.empty(), Optional.empty()));
  }

  List<String> branches() {
    return List.copyOf(states.keySet());
  }

  long head() {
    return head;
  }

  Map<String, String> state(String branch, long revision) {
    return Objects.requireNonNull(found(states, branch).floorEntry(revision)).getValue();
  }

  void commit(String branch, Map<String, Optional<String>> changes) {
    write(branch, changes, Optional.empty());
  }

  private void write(String branch, Map<String, Optional<String>> changes, Optional<Node> merged) {
    head++;
    Map<String, String> state = new TreeMap<>(state(branch, Long.MAX_VALUE));
    changes.forEach(
        (key, value) -> {
          state.remove(key);
          value.ifPresent(text -> state.put(key, text));
        });
    found(states, branch).put(head, state);
    Node node = new Node(branch, head, changes.keySet(), Optional.of(found(tips, branch)), merged);
    tips.put(branch, node);
    commits.put(head, node);
  }

  /// Forks what a branch was as of a revision.
  void fork(String name, String parent, long revision) {
    states.put(name, new TreeMap<>(found(states, parent).headMap(revision, true)));
    Optional<Node> seen = Optional.of(found(tips, parent));
    while (seen.orElseThrow().revision > revision) {
      seen = seen.orElseThrow().former;
    }
    tips.put(name, seen.orElseThrow());
  }

  /// Merges, with their side where both changed. False when there is nothing to bring.
  boolean merge(String source, String target, Side side) {
    Set<Node> theirs = ancestors(found(tips, source));
    Set<Node> ours = ancestors(found(tips, target));
    Node base = found(tips, target);
    long newest = -1;
    for (Node node : theirs) {
      if (ours.contains(node) && node.revision > newest) {
        base = node;
        newest = node.revision;
      }
    }
    Set<Node> since = new HashSet<>(theirs);
    since.removeAll(ancestors(base));
    Map<String, String> before = state(base.branch, base.revision);
    Map<String, String> from = state(source, Long.MAX_VALUE);
    Map<String, Optional<String>> changes = new TreeMap<>();
    since.stream()
        .flatMap(node -> node.keys.stream())
        .forEach(
            key -> settle(changes, key, List.of(get(before, key), get(from, key)), target, side));
    if (changes.isEmpty()) {
      return false;
    }
    write(target, changes, Optional.of(found(tips, source)));
    return true;
  }

  private void settle(
      Map<String, Optional<String>> changes,
      String key,
      List<Optional<String>> fromTo,
      String target,
      Side side) {
    Optional<String> now = get(state(target, Long.MAX_VALUE), key);
    Optional<String> before = fromTo.getFirst();
    Optional<String> then = fromTo.getLast();
    boolean taken = now.equals(before) || side == Side.THEIRS;
    if (!then.equals(before) && !then.equals(now) && taken) {
      changes.put(key, then);
    }
  }

  /// Takes a commit back. False when nothing is left of it.
  boolean revert(long revision, Side side) {
    Node commit = found(commits, revision);
    String branch = commit.branch;
    Map<String, Optional<String>> changes = new TreeMap<>();
    for (String key : commit.keys) {
      Optional<String> wrote = get(state(branch, revision), key);
      Optional<String> before = get(state(branch, revision - 1), key);
      settle(changes, key, List.of(wrote, before), branch, side);
    }
    if (changes.isEmpty()) {
      return false;
    }
    write(branch, changes, Optional.empty());
    commit.merged = Optional.empty();
    return true;
  }

  /// The branch whose commit a revision is.
  String branchOf(long revision) {
    return found(commits, revision).branch;
  }

  /// The revisions of the commits to a branch, after a revision, that changed something under a
  /// prefix.
  List<Long> revisions(String branch, String prefix, long after) {
    List<Long> found = new ArrayList<>();
    Optional<Node> node = Optional.of(found(tips, branch));
    while (node.isPresent()) {
      Node commit = node.orElseThrow();
      if (commit.revision > after && commit.keys.stream().anyMatch(key -> key.startsWith(prefix))) {
        found.addFirst(commit.revision);
      }
      node = commit.former;
    }
    return found;
  }

  private static <K, V> V found(Map<K, V> map, K key) {
    return Objects.requireNonNull(map.get(key));
  }

  private static Optional<String> get(Map<String, String> state, String key) {
    return Optional.ofNullable(state.get(key));
  }

  private static Set<Node> ancestors(Node tip) {
    Set<Node> found = new HashSet<>();
    List<Node> open = new ArrayList<>(List.of(tip));
    while (!open.isEmpty()) {
      Node node = open.removeLast();
      if (found.add(node)) {
        node.former.ifPresent(open::add);
        node.merged.ifPresent(open::add);
      }
    }
    return found;
  }
}
