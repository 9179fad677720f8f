package dev.stead.store;

import java.util.Optional;

/// A key whose value is not the same at two points.
///
/// @param left the entry at the first point; empty when the key is not there
/// @param right the entry at the second; at least one is there
public record Difference(String key, Optional<Entry> left, Optional<Entry> right) {}
