package dev.stead.agent.deploy;

import java.util.Set;

/// What the edge's table leaves out of what is live, for as long as somebody works on it.
///
/// @param apps those whose requests wait
/// @param targets instances that get no new requests
record Withheld(Set<String> apps, Set<String> targets) {
  Withheld {
    apps = Set.copyOf(apps);
    targets = Set.copyOf(targets);
  }
}
