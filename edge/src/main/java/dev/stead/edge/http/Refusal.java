package dev.stead.edge.http;

import io.netty.channel.ConnectTimeoutException;
import org.jspecify.annotations.Nullable;

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

  /// @param connectFailure how the last target could not be reached; null when there was none to
  ///   try
  static Refusal unreachable(@Nullable Throwable connectFailure) {
    return switch (connectFailure) {
      case null -> new Refusal(EdgeError.NO_TARGET, "No instance of this app is running.");
      case ConnectTimeoutException late ->
          new Refusal(EdgeError.CONNECT_TIMEOUT, "The app did not accept a connection in time.");
      default -> new Refusal(EdgeError.REFUSED, "The app does not accept connections.");
    };
  }
}
