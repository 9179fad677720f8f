package dev.stead.agent.observe;

import java.time.Instant;

/// One line that an instance printed.
///
/// @param at when it was read
public record LogLine(Instant at, LogTags tags, String text) {}
