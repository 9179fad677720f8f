package dev.stead.store.rocks;

import dev.stead.store.Branch;
import dev.stead.store.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The live branches, and what each sees of the ones it came from. Immutable.
final class Branches {
  static final Branches NONE = of(List.of());
  private static final int NAMED_MAX = 10;

  private final Map<Integer, Format.BranchRecord> records;
  private final Map<String, Integer> numbers;
  private final int highest;

  private Branches(
      Map<Integer, Format.BranchRecord> records, Map<String, Integer> numbers, int highest) {
    this.records = records;
    this.numbers = numbers;
    this.highest = highest;
  }

  /// What a branch sees of one of the branches it came from, or of itself.
  ///
  /// @param ceiling the newest revision that it sees
  /// @param scopes a key must be in all of them
  record Layer(int branch, long ceiling, List<Scope> scopes) {
    boolean contains(String key) {
      return scopes.stream().allMatch(scope -> scope.contains(key));
    }
  }

  /// These, of which the deleted ones only use up their numbers.
  static Branches of(List<Format.BranchRecord> branches) {
    Map<Integer, Format.BranchRecord> records = new TreeMap<>();
    Map<String, Integer> numbers = new TreeMap<>();
    int highest = 0;
    for (Format.BranchRecord branch : branches) {
      if (branch.live()) {
        records.put(branch.number(), branch);
        numbers.put(branch.name(), branch.number());
      }
      highest = Math.max(highest, branch.number());
    }
    return new Branches(records, numbers, highest);
  }

  /// These and another one; a deleted one only uses up its number.
  Branches with(Format.BranchRecord branch) {
    Map<Integer, Format.BranchRecord> more = new TreeMap<>(records);
    Map<String, Integer> named = new TreeMap<>(numbers);
    if (branch.live()) {
      more.put(branch.number(), branch);
      named.put(branch.name(), branch.number());
    } else {
      more.remove(branch.number());
      named.remove(branch.name(), branch.number());
    }
    return new Branches(more, named, Math.max(highest, branch.number()));
  }

  /// The number of the next branch: never one that a deleted branch had.
  int next() {
    return highest + 1;
  }

  int size() {
    return records.size();
  }

  List<Format.BranchRecord> all() {
    return List.copyOf(records.values());
  }

  boolean isLive(int number) {
    return records.containsKey(number);
  }

  boolean isNamed(String name) {
    return numbers.containsKey(name);
  }

  /// @throws IllegalArgumentException when there is none of this name
  int number(String name) {
    Integer number = numbers.get(name);
    if (number == null) {
      String some = numbers.keySet().stream().limit(NAMED_MAX).collect(Collectors.joining(", "));
      throw new IllegalArgumentException(
          "there is no branch '%s'; there is: %s%s"
              .formatted(name, some, numbers.size() > NAMED_MAX ? ", …" : ""));
    }
    return number;
  }

  Format.BranchRecord record(int number) {
    Format.BranchRecord record = records.get(number);
    if (record == null) {
      throw new IllegalArgumentException("the branch was deleted");
    }
    return record;
  }

  /// The branch as it is told to users.
  Branch branch(int number, long head) {
    Format.BranchRecord record = record(number);
    Optional<Branch.Origin> origin =
        record.parent() == 0
            ? Optional.empty()
            : Optional.of(
                new Branch.Origin(record(record.parent()).name(), record.fork(), record.scope()));
    return new Branch(
        record.name(), origin, head, record.author(), record.message(), record.created());
  }

  /// What a branch sees as of a revision, its own first: a key is looked for in one after the
  /// other.
  List<Layer> layers(int number, long revision) {
    Format.BranchRecord branch = record(number);
    if (branch.parent() == 0) {
      return List.of(new Layer(number, revision, List.of()));
    }
    List<Layer> layers = new ArrayList<>();
    List<Scope> scopes = List.of();
    long ceiling = revision;
    layers.add(new Layer(number, ceiling, scopes));
    while (branch.parent() != 0) {
      ceiling = Math.min(ceiling, branch.fork());
      scopes = new ArrayList<>(scopes);
      scopes.add(branch.scope());
      layers.add(new Layer(branch.parent(), ceiling, scopes));
      branch = record(branch.parent());
    }
    return layers;
  }

  /// Whether a branch sees a key of a branch that it came from. True as well for one that it did
  /// not come from.
  boolean inherits(int number, int ancestor, String key) {
    List<Layer> layers = layers(number, Long.MAX_VALUE);
    return layers.stream()
        .filter(layer -> layer.branch() == ancestor)
        .allMatch(layer -> layer.contains(key));
  }

  /// One that was forked from this branch, if there is any.
  Optional<Format.BranchRecord> child(int number) {
    Format.@Nullable BranchRecord found = null;
    for (Format.BranchRecord record : records.values()) {
      found = record.parent() == number ? record : found;
    }
    return Optional.ofNullable(found);
  }
}
