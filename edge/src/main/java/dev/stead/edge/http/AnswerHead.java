package dev.stead.edge.http;

import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What the head of a target's answer says about what follows.
///
/// @param reusable whether the target's connection may serve another request afterwards
/// @param sized whether the length was announced
/// @param closeDelimited whether the client is told the end by a close alone (HTTP/1.0)
/// @param eventStream whether it goes on for as long as the client likes
/// @param idleNanosMax how long the target keeps the connection idle, less a margin
record AnswerHead(
    boolean reusable,
    boolean sized,
    boolean closeDelimited,
    boolean eventStream,
    long idleNanosMax) {
  private static final String EVENT_STREAM = "text/event-stream";
  private static final String TIMEOUT = "timeout=";
  private static final long IDLE_MARGIN_NANOS = Duration.ofSeconds(1).toNanos();

  static AnswerHead of(HttpResponse response, Inbound inbound) {
    HttpHeaders headers = response.headers();
    int status = response.status().code();
    boolean bodiless = inbound.head() || status == 204 || status == 304;
    boolean sized = headers.contains(HttpHeaderNames.CONTENT_LENGTH);
    boolean chunked = headers.contains(HttpHeaderNames.TRANSFER_ENCODING);
    String type = headers.get(HttpHeaderNames.CONTENT_TYPE);
    return new AnswerHead(
        HttpUtil.isKeepAlive(response) && (bodiless || sized || chunked),
        sized || bodiless,
        !bodiless && !sized && inbound.http10(),
        !bodiless
            && type != null
            && type.regionMatches(true, 0, EVENT_STREAM, 0, EVENT_STREAM.length()),
        idleNanosMax(headers.get(ForwardedHeaders.KEEP_ALIVE)));
  }

  /// What tells a client to send its body (RFC 9110 10.1.1).
  static HttpResponse goOn() {
    return new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE);
  }

  /// The same for an answer whose length towards the client is not what was announced.
  AnswerHead resized() {
    return new AnswerHead(reusable, false, closeDelimited, eventStream, idleNanosMax);
  }

  /// `Keep-Alive: timeout=5`, as Node and others send it.
  private static long idleNanosMax(@Nullable String keepAlive) {
    int start = keepAlive == null ? -1 : keepAlive.toLowerCase(Locale.ROOT).indexOf(TIMEOUT);
    if (keepAlive == null || start < 0) {
      return Long.MAX_VALUE;
    }
    long seconds = 0;
    for (int i = start + TIMEOUT.length(); i < keepAlive.length() && seconds < 1_000_000; i++) {
      int digit = Character.digit(keepAlive.charAt(i), 10);
      if (digit < 0) {
        break;
      }
      seconds = seconds * 10 + digit;
    }
    return Math.max(0, Duration.ofSeconds(seconds).toNanos() - IDLE_MARGIN_NANOS);
  }

  /// Frames the answer for the client: in HTTP/1.1 chunked unless its length is known; HTTP/2 has
  /// frames of its own.
  void frame(HttpResponse response, Inbound inbound, boolean keepAlive) {
    response.setProtocolVersion(HttpVersion.HTTP_1_1);
    if (!sized && inbound.version() == Inbound.Version.HTTP_1_1) {
      response.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    }
    persist(response.headers(), inbound, keepAlive && !closeDelimited);
  }

  /// Says whether the connection stays open, where the version does not say it already.
  static void persist(HttpHeaders headers, Inbound inbound, boolean keepAlive) {
    switch (inbound.version()) {
      case HTTP_1_0 ->
          headers.set(
              HttpHeaderNames.CONNECTION,
              keepAlive ? HttpHeaderValues.KEEP_ALIVE : HttpHeaderValues.CLOSE);
      case HTTP_1_1 -> {
        if (!keepAlive) {
          headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
      }
      case HTTP_2 -> {}
    }
  }
}
