package dev.stead.edge.http;

/// Why a request is turned away before it is routed.
///
/// @param cause one line for whoever sent it; for framing it names the clause of the RFC
record Refusal(EdgeError error, String cause) {
  static Refusal framing(String clause, String what) {
    return new Refusal(EdgeError.FRAMING, "RFC 9112 " + clause + ": " + what);
  }

  /// The same for a request that came on a stream of HTTP/2.
  static Refusal stream(String clause, String what) {
    return new Refusal(EdgeError.FRAMING, "RFC 9113 " + clause + ": " + what);
  }
}
