package dev.stead.agent.deploy;

import java.util.Optional;
import java.util.SortedMap;

/// What became of a release; the value of `apps/APP/standings/000007`, written by the operations
/// that made it, replaced it or brought it back.
///
/// @param text for people: `live`, `replaced by v8`, `failed: D-CRASHED`
/// @param scale the one it had last while it was live; a rollback brings it back
record Standing(String text, Optional<SortedMap<String, Integer>> scale) {}
