package dev.stead.store.rocks;

import dev.stead.store.Commit;
import dev.stead.store.Fork;
import dev.stead.store.Limits;
import dev.stead.store.Retention;
import dev.stead.store.Scope;
import dev.stead.store.Value;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/// What a store lets in: everything that [Limits] bounds is refused here, before it is queued.
final class Admission {
  private Admission() {}

  static void admit(Commit commit) {
    atMost(commit.mutations().size(), Limits.COMMIT_MUTATIONS_MAX, "changes in a commit");
    atMost(commit.conditions().size(), Limits.COMMIT_CONDITIONS_MAX, "conditions of a commit");
    signature(commit.author(), commit.message());
    long bytes = 0;
    Set<String> keys = new HashSet<>();
    for (Commit.Mutation mutation : commit.mutations()) {
      bytes += key(mutation.key()) + admitted(mutation);
      if (!keys.add(mutation.key())) {
        throw new IllegalArgumentException(
            "a commit changes the key '%s' twice".formatted(mutation.key()));
      }
    }
    atMost(bytes, Limits.COMMIT_BYTES_MAX, "bytes in a commit");
    commit.conditions().forEach(Admission::admitted);
  }

  /// Refuses what cannot be a key, or tells its bytes.
  static int key(String key) {
    int bytes = text(key, Limits.KEY_BYTES_MAX, "a key");
    if (bytes == 0) {
      throw new IllegalArgumentException("a key must not be empty");
    }
    return bytes;
  }

  static void prefix(String prefix) {
    text(prefix, Limits.KEY_BYTES_MAX, "a prefix");
  }

  static void branchName(String name) {
    if (text(name, Limits.BRANCH_NAME_BYTES_MAX, "the name of a branch") == 0) {
      throw new IllegalArgumentException("a branch must have a name");
    }
  }

  static void admit(Fork fork) {
    branchName(fork.name());
    signature(fork.author(), fork.message());
    switch (fork.scope()) {
      case Scope.Prefix(String prefix) -> prefix(prefix);
      case Scope.Key(String key) -> key(key);
    }
  }

  static void signature(String author, String message) {
    text(author, Limits.AUTHOR_BYTES_MAX, "the author");
    text(message, Limits.MESSAGE_BYTES_MAX, "the message");
  }

  static void resolutions(Set<String> keys) {
    atMost(keys.size(), Limits.COMMIT_MUTATIONS_MAX, "resolutions");
  }

  static void retention(Retention rule) {
    boolean keepsSomething =
        switch (rule) {
          case Retention.All _ -> true;
          case Retention.Newest(int revisions) -> revisions > 0;
          case Retention.Within(Duration period) -> period.toSeconds() > 0;
        };
    if (!keepsSomething) {
      throw new IllegalArgumentException(
          "%s keeps nothing; a rule keeps at least one revision, or a second".formatted(rule));
    }
  }

  static void listLimit(int limit) {
    if (limit < 1 || limit > Limits.LIST_MAX) {
      throw new IllegalArgumentException(
          "a list of %d keys; it can have 1 … %d".formatted(limit, Limits.LIST_MAX));
    }
  }

  static void historyLimit(int limit) {
    if (limit < 1 || limit > Limits.HISTORY_MAX) {
      throw new IllegalArgumentException(
          "a history of %d changes; it can have 1 … %d".formatted(limit, Limits.HISTORY_MAX));
    }
  }

  static void lease(String name, String owner) {
    key(name);
    if (text(owner, Limits.AUTHOR_BYTES_MAX, "the owner of a lease") == 0) {
      throw new IllegalArgumentException("the lease '%s' must have an owner".formatted(name));
    }
  }

  static void note(String note) {
    text(note, Limits.MESSAGE_BYTES_MAX, "the note of a lease");
  }

  static void timeToLive(Duration timeToLive) {
    if (timeToLive.toMillis() < 1 || timeToLive.compareTo(Limits.LEASE_TIME_TO_LIVE_MAX) > 0) {
      throw new IllegalArgumentException(
          "a lease cannot live for %s; it can for 1 ms … %s"
              .formatted(timeToLive, Limits.LEASE_TIME_TO_LIVE_MAX));
    }
  }

  private static long admitted(Commit.Mutation mutation) {
    return switch (mutation) {
      case Commit.Mutation.Delete _ -> 0;
      case Commit.Mutation.Put(String key, Value value) -> {
        atMost(value.bytes().length, Limits.VALUE_BYTES_MAX, "bytes in the value of " + key);
        yield value.bytes().length
            + text(value.contentType(), Limits.CONTENT_TYPE_BYTES_MAX, "the content type");
      }
    };
  }

  private static void admitted(Commit.Condition condition) {
    switch (condition) {
      case Commit.Condition.KeyAt(String key, long _) -> key(key);
      case Commit.Condition.KeyAbsent(String key) -> key(key);
      case Commit.Condition.HeadAt _ -> {}
    }
  }

  /// Refuses text that is too long or cannot be stored, or tells its bytes.
  private static int text(String text, int bytesMax, String what) {
    byte[] utf8 = Format.utf8(text);
    if (utf8.length > bytesMax) {
      throw new IllegalArgumentException(
          "%s has %d bytes; it can have %d".formatted(what, utf8.length, bytesMax));
    }
    if (text.indexOf(0) >= 0 || !Format.text(utf8).equals(text)) {
      throw new IllegalArgumentException(
          "%s contains what is no text: U+0000 or half a surrogate pair".formatted(what));
    }
    return utf8.length;
  }

  static void atMost(long count, long max, String what) {
    if (count > max) {
      throw new IllegalArgumentException("%d %s; there can be %d".formatted(count, what, max));
    }
  }
}
