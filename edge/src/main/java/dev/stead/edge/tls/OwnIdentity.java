package dev.stead.edge.tls;

import org.jspecify.annotations.Nullable;

/// The edge's own identity, for hosts without a certificate: the same for as long as the edge
/// lives. Made when it is asked for first, beside whatever else goes on: a cold JVM takes as long
/// for it as for half of a start.
final class OwnIdentity {
  private @Nullable Identity made;

  /// On any thread; the first call makes it, and others wait for that.
  synchronized Identity get() {
    Identity known = made;
    if (known == null) {
      known = SelfSigned.identity();
      made = known;
    }
    return known;
  }
}
