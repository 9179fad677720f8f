package dev.stead.edge.probe;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.ByteBuffer;
import java.util.List;

/// `Check` of gRPC's health checking protocol, for the server as a whole
/// (grpc/doc/health-checking.md). Each message has a head of its own, and is one of protocol
/// buffers:
///
/// ```
/// 1 byte compressed or not, 4 bytes length, HealthCheckRequest: nothing, for the service ""
///                                           HealthCheckResponse: 08 (field 1, a number), the status
/// ```
record GrpcQuestion(String authority) implements Question {
  private static final int MESSAGE_HEAD_BYTES = 5;
  private static final byte STATUS_FIELD = 8;
  private static final List<String> STATUSES =
      List.of("UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN");
  private static final int SERVING = 1;

  /// What a server answers that has no such service, by its status 12, UNIMPLEMENTED.
  private static final String UNIMPLEMENTED = "12";

  @Override
  public String text() {
    return H2cProbe.GRPC_METHOD.substring(1);
  }

  @Override
  public Http2Headers head() {
    return new DefaultHttp2Headers()
        .method("POST")
        .scheme("http")
        .authority(authority)
        .path(H2cProbe.GRPC_METHOD)
        .add("content-type", "application/grpc")
        .add("te", "trailers");
  }

  @Override
  public ByteBuf body() {
    return Unpooled.wrappedBuffer(new byte[MESSAGE_HEAD_BYTES]);
  }

  @Override
  public H2cProbe.Answer judge(Said said) {
    if (!said.status().equals("200")) {
      return unwell("answered " + said.status());
    }
    return switch (said.grpcStatus()) {
      case "0" -> judge(status(said.body()));
      case UNIMPLEMENTED -> unwell("is not there: the app has no health service of gRPC");
      default -> unwell("answered with grpc-status '" + said.grpcStatus() + "'");
    };
  }

  private H2cProbe.Answer judge(int status) {
    return status == SERVING
        ? new H2cProbe.Answer.Well()
        : unwell("answered " + (status < STATUSES.size() ? STATUSES.get(status) : status));
  }

  /// The status that a message without the field has is 0.
  private static int status(ByteBuffer message) {
    boolean said =
        message.limit() > MESSAGE_HEAD_BYTES + 1 && message.get(MESSAGE_HEAD_BYTES) == STATUS_FIELD;
    return said ? message.get(MESSAGE_HEAD_BYTES + 1) & 0xFF : 0;
  }

  private H2cProbe.Answer unwell(String what) {
    return new H2cProbe.Answer.Unwell(text() + " " + what);
  }
}
