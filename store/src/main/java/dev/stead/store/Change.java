package dev.stead.store;

import java.time.Instant;
import java.util.Optional;

/// What one commit did to one key.
///
/// @param entry the value it wrote; empty for a delete
public record Change(
    String key, long revision, Instant at, String author, String message, Optional<Entry> entry) {}
