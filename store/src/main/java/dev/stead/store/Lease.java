package dev.stead.store;

import java.time.Duration;
import java.time.Instant;

/// A name held by one owner until it expires.
///
/// @param note what for, for those who wait
public record Lease(
    String name, String owner, String note, Instant since, Instant expires, Duration timeToLive) {}
