package dev.stead.store;

import java.util.Optional;

/// One change of a key's history.
///
/// @param toFormer turns what the change wrote into what was there before; empty when that is no
///   longer kept
public record Version(Change change, Optional<Patch> toFormer) {}
