package dev.stead.edge.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// What the edge itself answers to a call of gRPC, whose client wants a status of its own from a
/// header or trailer, whatever HTTP says ("gRPC over HTTP2", Responses).
final class GrpcAnswer {
  private static final int OK = 0;
  static final int CANCELLED = 1;
  static final int UNKNOWN = 2;
  static final int PERMISSION_DENIED = 7;
  static final int RESOURCE_EXHAUSTED = 8;
  static final int UNIMPLEMENTED = 12;
  static final int INTERNAL = 13;
  static final int UNAVAILABLE = 14;
  static final int UNAUTHENTICATED = 16;

  private static final AsciiString STATUS = AsciiString.cached("grpc-status");
  private static final AsciiString MESSAGE = AsciiString.cached("grpc-message");
  private static final AsciiString CONTENT_TYPE = AsciiString.cached("application/grpc");

  private GrpcAnswer() {}

  /// In the place of an [ErrorPage]: a head and nothing more, which its code and cause stand in.
  static FullHttpResponse refusal(EdgeError error, String cause, String requestId) {
    FullHttpResponse response = begun(Unpooled.EMPTY_BUFFER);
    HttpHeaders headers = response.headers();
    headers.set(ForwardedHeaders.REQUEST_ID, requestId);
    say(headers, status(error.status()), error.code() + ": " + cause + " Request " + requestId);
    return response;
  }

  /// One message, and that all went well.
  ///
  /// @param message with its head
  static FullHttpResponse whole(ByteBuf message) {
    FullHttpResponse response = begun(message);
    response.trailingHeaders().setInt(STATUS, OK);
    return response;
  }

  private static FullHttpResponse begun(ByteBuf message) {
    var response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, message);
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, CONTENT_TYPE);
    return response;
  }

  /// The end of an answer that its app did not bring to its end.
  static LastHttpContent end(int status, String message) {
    var last = new DefaultLastHttpContent();
    say(last.trailingHeaders(), status, message);
    return last;
  }

  private static void say(HttpHeaders headers, int status, String message) {
    headers.setInt(STATUS, status);
    headers.set(MESSAGE, encoded(message));
  }

  /// What a status of HTTP means to a client of gRPC ("HTTP to gRPC Status Code Mapping").
  private static int status(int http) {
    return switch (http) {
      case 400 -> INTERNAL;
      case 401 -> UNAUTHENTICATED;
      case 403 -> PERMISSION_DENIED;
      case 404 -> UNIMPLEMENTED;
      case 429, 502, 503, 504 -> UNAVAILABLE;
      default -> UNKNOWN;
    };
  }

  /// Printable ASCII but `%` stands for itself, every other byte of UTF-8 is `%XX`.
  private static String encoded(String message) {
    var text = new StringBuilder(message.length());
    for (byte each : message.getBytes(StandardCharsets.UTF_8)) {
      if (each >= ' ' && each <= '~' && each != '%') {
        text.append((char) each);
      } else {
        text.append('%').append(HexFormat.of().withUpperCase().toHexDigits(each));
      }
    }
    return text.toString();
  }
}
