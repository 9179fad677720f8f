package dev.stead.agent.keyspace;

import dev.stead.store.Commit.Condition;
import dev.stead.store.Entry;
import java.util.Optional;

/// What a commit expected and what was found instead, for people.
final class Conflicts {
  private Conflicts() {}

  static String why(Condition failed, Optional<Entry> found) {
    var holds =
        found
            .map(
                entry ->
                    "revision %d (%s, %d bytes) stands there"
                        .formatted(
                            entry.revision(),
                            entry.value().contentType(),
                            entry.value().bytes().length))
            .orElse("it is not there");
    return switch (failed) {
      case Condition.KeyAt(String key, long revision) ->
          "key '%s' was to be at revision %d, but %s".formatted(key, revision, holds);
      case Condition.KeyAbsent(String key) ->
          "key '%s' was not to be there, but %s".formatted(key, holds);
      case Condition.HeadAt(long revision) ->
          "the branch was to be at revision %d, but something was committed since"
              .formatted(revision);
    };
  }
}
