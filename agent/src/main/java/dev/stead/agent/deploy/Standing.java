package dev.stead.agent.deploy;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;

/// What became of a release; the value of `apps/APP/standings/000007`, written by the operations
/// that made it, replaced it or brought it back.
///
/// @param text for people: `live`, `replaced by v8`, `failed: D-CRASHED`
/// @param last how it ran last while it was live; empty when it never was
@Json(naming = Naming.LowerHyphen)
record Standing(String text, Optional<Scale> last) {
  Standing {
    Objects.requireNonNull(text, "text is missing");
  }

  /// How many instances of each process type ran; a rollback brings them back.
  @Json(naming = Naming.LowerHyphen)
  record Scale(SortedMap<String, Integer> instances) {
    Scale {
      Objects.requireNonNull(instances, "instances is missing");
    }
  }

  /// Of a release that is live, or was until now.
  static Standing served(String text, SortedMap<String, Integer> scale) {
    return new Standing(text, Optional.of(new Scale(scale)));
  }

  Optional<SortedMap<String, Integer>> scale() {
    return last.map(Scale::instances);
  }
}
