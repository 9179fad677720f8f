package dev.stead.edge.http;

import io.netty.channel.ConnectTimeoutException;
import org.jspecify.annotations.Nullable;

/// Why a request is turned away before it has reached a target.
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

  /// No target is left to ask.
  ///
  /// @param connecting why the last one could not be connected to; null when there was none
  static Refusal unreachable(@Nullable Throwable connecting) {
    if (connecting instanceof ConnectTimeoutException) {
      return new Refusal(EdgeError.CONNECT_TIMEOUT, "The app did not accept a connection in time.");
    }
    return connecting != null
        ? new Refusal(EdgeError.REFUSED, "The app does not accept connections.")
        : new Refusal(EdgeError.NO_TARGET, "No instance of this app is running.");
  }
}
