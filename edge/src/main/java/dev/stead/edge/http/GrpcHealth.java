package dev.stead.edge.http;

import dev.stead.edge.probe.H2cProbe;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.FullHttpResponse;

/// What the edge says in the place of an app's health service of gRPC (grpc/doc/health-checking.md)
/// while the app is down for maintenance: that it is well, whichever of its services is asked for,
/// as it does at the health path of others. Who watches the app is not to be alarmed.
final class GrpcHealth {
  /// Not compressed, 2 bytes: field 1, a number, is `SERVING`.
  private static final byte[] SERVING = {0, 0, 0, 0, 2, 8, 1};

  private GrpcHealth() {}

  /// Whether this is the call that an app's health is asked for by.
  ///
  /// @param health how the app shows that it is well
  static boolean isAsked(Inbound inbound, String health) {
    return health.equals(H2cProbe.GRPC)
        && inbound.grpc()
        && inbound.path().equals(H2cProbe.GRPC_METHOD);
  }

  static FullHttpResponse serving() {
    return GrpcAnswer.whole(Unpooled.wrappedBuffer(SERVING));
  }
}
