package dev.stead.rig.load;

/// A kind of traffic.
public enum Kind {
  /// Requests one after the other over a connection that is never closed by the client.
  GET,
  /// Requests with a body that carries a unique id; the body is sent slowly.
  POST,
  /// Answers that take a while, read slowly, and are compared by hash.
  DOWNLOAD,
  /// WebSockets that are closed by the client after a second or so.
  WEBSOCKET,
  /// WebSockets that the client never closes.
  LONG_WEBSOCKET,
  /// Event streams that the client leaves after a second or so.
  EVENTS,
  /// Event streams that the client never leaves.
  LONG_EVENTS,
  /// As [#GET], over HTTP/2.
  HTTP2_GET,
  /// As [#POST], over HTTP/2.
  HTTP2_POST,
  /// As [#EVENTS], over HTTP/2; each on a stream that the client resets.
  HTTP2_EVENTS,
  /// Calls of gRPC with one message each way, to the app `calls`.
  CALL,
  /// Calls of gRPC with messages both ways that the client ends after a second or so.
  STREAMED_CALL;

  boolean isLong() {
    return this == LONG_WEBSOCKET || this == LONG_EVENTS;
  }

  /// Clients speak HTTP/2 only where they shake hands.
  boolean needsTls() {
    return switch (this) {
      case HTTP2_GET, HTTP2_POST, HTTP2_EVENTS, CALL, STREAMED_CALL -> true;
      case GET, POST, DOWNLOAD, WEBSOCKET, LONG_WEBSOCKET, EVENTS, LONG_EVENTS -> false;
    };
  }
}
