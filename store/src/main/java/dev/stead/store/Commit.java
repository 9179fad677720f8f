package dev.stead.store;

import java.util.List;

/// Several changes of one branch that happen together. No key is changed twice.
///
/// @param author who
/// @param message what for
/// @param conditions what must hold for the commit to be applied
public record Commit(
    String branch,
    String author,
    String message,
    List<Condition> conditions,
    List<Mutation> mutations) {

  public Commit {
    conditions = List.copyOf(conditions);
    mutations = List.copyOf(mutations);
    if (mutations.isEmpty()) {
      throw new IllegalArgumentException("a commit must change something");
    }
  }

  public static Commit of(String branch, String author, String message, Mutation... mutations) {
    return new Commit(branch, author, message, List.of(), List.of(mutations));
  }

  public Commit when(Condition... holds) {
    return new Commit(branch, author, message, List.of(holds), mutations);
  }

  public sealed interface Mutation {
    String key();

    /// Sets a key.
    record Put(String key, Value value) implements Mutation {}

    record Delete(String key) implements Mutation {}
  }

  public sealed interface Condition {
    /// The key is there and was last written by this revision.
    record KeyAt(String key, long revision) implements Condition {}

    /// The key was never written, or was deleted last.
    record KeyAbsent(String key) implements Condition {}

    /// Nothing was committed to the branch after this revision.
    record HeadAt(long revision) implements Condition {}
  }
}
