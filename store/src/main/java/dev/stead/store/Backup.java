package dev.stead.store;

import java.nio.file.Path;

/// A copy of a whole store as of one revision.
///
/// @param directory where it lies
public record Backup(Path directory, long revision) {}
