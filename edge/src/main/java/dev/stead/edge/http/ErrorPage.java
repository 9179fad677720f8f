package dev.stead.edge.http;

import dev.stead.edge.routing.LiveService;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The small page that says what went wrong: status, code, cause, request id. HTML for browsers,
/// plain text for everyone else; it names nothing but the request itself. `Stead-Error` has the
/// code also where the page is an app's own.
final class ErrorPage {
  private static final String RETRY_AFTER_SECONDS = "5";
  private static final String CHALLENGE = "Basic realm=\"Restricted\", charset=\"UTF-8\"";
  private static final AsciiString CODE = AsciiString.cached("stead-error");

  private ErrorPage() {}

  /// @param accept the request's `Accept`, null when it has none or was not understood
  static FullHttpResponse of(
      EdgeError error, String cause, String requestId, @Nullable String accept) {
    HttpResponseStatus status = HttpResponseStatus.valueOf(error.status());
    boolean html = html(accept);
    String page =
        html ? html(error, status, cause, requestId) : plain(error, status, cause, requestId);
    return of(error, requestId, html, page.getBytes(StandardCharsets.UTF_8));
  }

  /// The app's own page, if it has one and the client is a browser.
  ///
  /// @param service null when it is not known whose the request is
  static FullHttpResponse of(
      EdgeError error,
      String cause,
      String requestId,
      @Nullable String accept,
      @Nullable LiveService service) {
    byte[] own = service == null || !html(accept) ? null : service.errorPage(error.status());
    return own == null ? of(error, cause, requestId, accept) : of(error, requestId, true, own);
  }

  private static boolean html(@Nullable String accept) {
    return accept != null && accept.contains("text/html");
  }

  private static FullHttpResponse of(EdgeError error, String requestId, boolean html, byte[] page) {
    ByteBuf body = Unpooled.wrappedBuffer(page);
    var response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(error.status()), body);
    HttpHeaders headers = response.headers();
    headers.set(
        HttpHeaderNames.CONTENT_TYPE,
        html ? "text/html; charset=utf-8" : "text/plain; charset=utf-8");
    headers.set(CODE, error.code());
    if (error == EdgeError.PASSWORD) {
      headers.set(HttpHeaderNames.WWW_AUTHENTICATE, CHALLENGE);
    }
    headers.setInt(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
    headers.set(HttpHeaderNames.CACHE_CONTROL, "no-store");
    headers.set(ForwardedHeaders.REQUEST_ID, requestId);
    if (error.passing()) {
      headers.set(HttpHeaderNames.RETRY_AFTER, RETRY_AFTER_SECONDS);
    }
    return response;
  }

  /// For what only files answer.
  static FullHttpResponse methodNotAllowed(String requestId, @Nullable String accept) {
    FullHttpResponse response =
        of(EdgeError.METHOD, "Files answer GET and HEAD alone.", requestId, accept);
    response.headers().set(HttpHeaderNames.ALLOW, "GET, HEAD");
    return response;
  }

  private static String plain(
      EdgeError error, HttpResponseStatus status, String cause, String requestId) {
    return "%s\n\n%s\ncode: %s\nrequest: %s\n".formatted(status, cause, error.code(), requestId);
  }

  private static String html(
      EdgeError error, HttpResponseStatus status, String cause, String requestId) {
    return """
        <!doctype html>
        <html lang="en"><meta charset="utf-8"><title>%s</title>
        <style>body{font:16px/1.5 system-ui,sans-serif;max-width:36em;margin:20vh auto;padding:0 1em}
        small{color:#666}</style>
        <h1>%s</h1>
        <p>%s</p>
        <small>%s · request %s</small>
        </html>
        """
        .formatted(status, status, escape(cause), error.code(), requestId);
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
