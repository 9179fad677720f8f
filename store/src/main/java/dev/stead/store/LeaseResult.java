package dev.stead.store;

/// What became of the wish for a lease.
public sealed interface LeaseResult {
  record Acquired(Lease lease) implements LeaseResult {}

  record Held(Lease by) implements LeaseResult {}
}
