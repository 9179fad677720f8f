package dev.stead.store;

/// A key's value as of the revision that wrote it.
public record Entry(String key, long revision, Value value) {}
