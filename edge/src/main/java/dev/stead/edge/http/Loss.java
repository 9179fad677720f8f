package dev.stead.edge.http;

import io.netty.handler.codec.http2.Http2Error;

/// How the way to a target ended before its answer was whole, and the status of gRPC that says so
/// ("gRPC over HTTP2", Errors).
enum Loss {
  /// The connection ended, or was reset.
  CLOSED(GrpcAnswer.UNAVAILABLE),

  /// The target has done nothing of it: it may be sent again, whatever its method (RFC 9113 8.7).
  UNPROCESSED(GrpcAnswer.UNAVAILABLE),

  /// The target gave up, as at a call's deadline.
  CANCELLED(GrpcAnswer.CANCELLED),

  /// The target found it too much.
  OVERLOADED(GrpcAnswer.RESOURCE_EXHAUSTED),

  /// The target broke it off.
  RESET(GrpcAnswer.INTERNAL);

  private final int grpcStatus;

  Loss(int grpcStatus) {
    this.grpcStatus = grpcStatus;
  }

  /// What a stream's reset says (RFC 9113 7).
  static Loss of(long errorCode) {
    if (errorCode == Http2Error.REFUSED_STREAM.code()) {
      return UNPROCESSED;
    }
    if (errorCode == Http2Error.CANCEL.code()) {
      return CANCELLED;
    }
    return errorCode == Http2Error.ENHANCE_YOUR_CALM.code() ? OVERLOADED : RESET;
  }

  int grpcStatus() {
    return grpcStatus;
  }
}
