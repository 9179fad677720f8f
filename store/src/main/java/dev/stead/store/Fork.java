package dev.stead.store;

import java.util.OptionalLong;

/// The wish for a new branch. Making one costs the same whatever it sees: nothing is copied.
///
/// @param name of the new branch
/// @param revision what it sees of the parent; empty for the newest
public record Fork(
    String name, String parent, OptionalLong revision, Scope scope, String author, String message) {

  /// A fork of everything as it is now.
  public static Fork of(String name, String parent, String author, String message) {
    return new Fork(name, parent, OptionalLong.empty(), Scope.everything(), author, message);
  }

  public Fork at(long past) {
    return new Fork(name, parent, OptionalLong.of(past), scope, author, message);
  }

  public Fork only(Scope seen) {
    return new Fork(name, parent, revision, seen, author, message);
  }
}
