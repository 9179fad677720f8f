package dev.stead.edge.http;

/// What the edge grants its clients, whatever app they ask for.
///
/// @param connectionsMax at once, of all clients together
/// @param connectionsPerAddressMax at once, of one IPv4 address or one IPv6 network of 64 bits
/// @param bodyRateMin the bytes a second that a request's body must bring on average (see
///   [BodyPace]); 0 for any
/// @param uploadBytesMax on disk at once, of bodies that are taken before a target is asked
public record Bounds(
    int connectionsMax, int connectionsPerAddressMax, long bodyRateMin, long uploadBytesMax) {
  /// One address gets half: a proxy or an office behind one address has thousands, and whoever
  /// takes all of them still leaves as many to everybody else.
  public static final Bounds DEFAULTS = new Bounds(8_192, 4_096, 256, 4L << 30);

  /// Refuses what cannot be meant.
  public Bounds {
    if (connectionsMax < 1 || connectionsPerAddressMax < 1) {
      throw new IllegalArgumentException(
          "connections-max and connections-per-address-max must be at least 1, not %d and %d"
              .formatted(connectionsMax, connectionsPerAddressMax));
    }
    if (bodyRateMin < 0) {
      throw new IllegalArgumentException(
          "body-rate-min must be 0 for any rate, or bytes a second, not " + bodyRateMin);
    }
    if (uploadBytesMax < 0) {
      throw new IllegalArgumentException(
          "upload-bytes-max must not be negative, as " + uploadBytesMax + " is");
    }
  }
}
