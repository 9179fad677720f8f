package dev.stead.agent.keyspace;

import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import dev.stead.store.Branch;
import dev.stead.store.Point;
import dev.stead.store.Scope;
import dev.stead.store.Store;
import java.util.Set;

/// The keys that the platform keeps its own state under. Nobody else writes there, on any branch: a
/// document that was changed by hand would be one that no operation wrote.
final class PlatformKeys {
  /// `apps/` is what is deployed, `certs/` certificates and their encrypted keys; `stead/` is kept
  /// for what comes.
  static final Set<String> PREFIXES = Set.of("apps/", "certs/", "stead/");

  private PlatformKeys() {}

  /// Refuses a write of a key that is the platform's.
  static void refuse(String key) {
    if (contain(key)) {
      throw refused("writing " + key, "'%s' is a key of the platform".formatted(key));
    }
  }

  /// Refuses a fork that would see nothing but keys of the platform.
  static void refuse(Scope scope) {
    if (isPlatforms(scope)) {
      throw refused("forking " + scope, "these are keys of the platform alone");
    }
  }

  /// Refuses the deletion of a branch that the platform made or has written to.
  static void refuseDeletion(Store store, Branch branch) {
    var origin = branch.origin();
    if (origin.isPresent()
        && (isPlatforms(origin.orElseThrow().scope())
            || PREFIXES.stream().anyMatch(prefix -> isChanged(store, branch, prefix)))) {
      throw refused(
          "deleting branch " + branch.name(), "the platform keeps state of its own there");
    }
  }

  static ProblemException refused(String what, String why) {
    return new ProblemException(Problem.of(Code.PLATFORM_KEY, what, why));
  }

  private static boolean contain(String key) {
    return PREFIXES.stream().anyMatch(key::startsWith);
  }

  private static boolean isPlatforms(Scope scope) {
    return switch (scope) {
      case Scope.Prefix(String prefix) -> contain(prefix);
      case Scope.Key(String key) -> contain(key);
    };
  }

  private static boolean isChanged(Store store, Branch branch, String prefix) {
    var forked = branch.origin().map(Branch.Origin::revision).orElse(0L);
    return store.history(Point.newest(branch.name()), prefix, 1).stream()
        .anyMatch(change -> change.revision() > forked);
  }
}
