package dev.stead.edge;

import java.util.List;
import java.util.random.RandomGenerator;

/// What a client of HTTP/1.1 sends on one connection: a few requests of RFC 9112, some changed.
final class FuzzedRequests {
  private static final int REQUESTS_MAX = 4;
  private static final String HOST = " HTTP/1.1\r\nHost: app.test\r\n";

  private static final List<String> VALID =
      List.of(
          "GET /a?b=c" + HOST + "\r\n",
          "HEAD /" + HOST + "Accept: */*\r\n\r\n",
          "OPTIONS *" + HOST + "\r\n",
          "GET http://app.test:80/absolute?x" + HOST + "\r\n",
          "DELETE /d" + HOST + "Cookie: a=1; b=2\r\nX-Request-Id: mine\r\n\r\n",
          "GET /old HTTP/1.0\r\nHost: app.test\r\nConnection: keep-alive\r\n\r\n",
          "GET /chat" + HOST + "Connection: upgrade\r\nUpgrade: websocket\r\n\r\n",
          "POST /" + HOST + "Content-Length: 5\r\n\r\nhello",
          "PUT /" + HOST + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\nhi",
          "POST /in" + HOST + length(Mutations.INNER) + "\r\n\r\n" + Mutations.INNER,
          "POST /chunks"
              + HOST
              + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n3;a=b\r\nyou\r\n0\r\n\r\n",
          "POST /trailers"
              + HOST
              + "TE: trailers\r\nTransfer-Encoding: chunked\r\nTrailer: A\r\n\r\n"
              + Integer.toHexString(Mutations.INNER.length())
              + "\r\n"
              + Mutations.INNER
              + "\r\n0\r\nA: b\r\n\r\n");

  private FuzzedRequests() {}

  private static String length(String body) {
    return "Content-Length: " + body.length();
  }

  /// Bytes as Latin-1 characters.
  static String next(RandomGenerator random) {
    var sent = new StringBuilder();
    int requests = 1 + random.nextInt(REQUESTS_MAX);
    for (int i = 0; i < requests; i++) {
      sent.append(Mutations.mutated(Mutations.one(VALID, random), random));
    }
    return sent.toString();
  }
}
