package dev.stead.edge.http;

import dev.stead.edge.routing.LiveService;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http2.Http2Exception;
import org.jspecify.annotations.Nullable;

/// Why a request is turned away.
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

  /// No target could be asked.
  ///
  /// @param failure why there was no connection to the last one; null when none was listed
  static Refusal unreachable(@Nullable Throwable failure) {
    return switch (failure) {
      case null -> new Refusal(EdgeError.NO_TARGET, "No instance of this app is running.");
      case ConnectTimeoutException late ->
          new Refusal(EdgeError.CONNECT_TIMEOUT, "The app did not accept a connection in time.");
      case Http2Exception stranger ->
          new Refusal(EdgeError.ANSWER, "The app does not speak HTTP/2 without TLS (h2c).");
      default -> new Refusal(EdgeError.REFUSED, "The app does not accept connections.");
    };
  }

  /// What a client is told, in a way that it understands.
  ///
  /// @param service null when it is not known whose the request is
  FullHttpResponse answer(Inbound inbound, String requestId, @Nullable LiveService service) {
    return inbound.grpc()
        ? GrpcAnswer.refusal(error, cause, requestId)
        : ErrorPage.of(error, cause, requestId, inbound.accept(), service);
  }
}
