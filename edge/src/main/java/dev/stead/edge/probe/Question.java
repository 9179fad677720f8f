package dev.stead.edge.probe;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.ByteBuffer;

/// What an app is asked, and what its answers mean.
sealed interface Question permits PathQuestion, GrpcQuestion {
  /// As people read it, such as `GET /up`.
  String text();

  Http2Headers head();

  /// What follows the head; empty when nothing does.
  ByteBuf body();

  H2cProbe.Answer judge(Said said);

  /// An answer.
  ///
  /// @param status of HTTP
  /// @param grpcStatus of gRPC, from the head or the trailers; empty when there is none
  /// @param body its first bytes
  record Said(String status, String grpcStatus, ByteBuffer body) {}
}
