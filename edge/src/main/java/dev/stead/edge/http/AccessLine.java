package dev.stead.edge.http;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/// What the access log says of one request; a line of JSON. It has no query and no header but two:
/// secrets lie in the others.
///
/// ```
/// {"time":"2026-01-01T12:00:00.123Z","client":"198.51.100.7","method":"GET","host":"cv.example.com","path":"/",
///  "protocol":"HTTP/2","status":200,"outcome":"2xx","received-bytes":0,"sent-bytes":5120,"duration-micros":1834,
///  "release":7,"target":"cv-7-web-1","request-id":"…","user-agent":"…","referer":"https://search.example/"}
/// ```
///
/// @param time when it ended
/// @param client as rules see it: behind a trusted proxy whom that names
/// @param path raw, without the query
/// @param status 0 when it ended before there was one
/// @param outcome how it is counted: a `200` that was cut short is `5xx`, or `aborted` when the
///   client left
/// @param error the code of the edge's own error page, or of why it cut the answer short
/// @param receivedBytes of the request's body, in a tunnel of what came from the client
/// @param sentBytes of the answer's body as it was sent, in a tunnel of what went to the client
/// @param durationMicros from its head to the last byte that was handed over to be sent
/// @param release 0 when the app has none
/// @param target the instance that was asked last, if one was
/// @param referer without the query
@Json(naming = Naming.LowerHyphen)
record AccessLine(
    Instant time,
    String client,
    String method,
    String host,
    String path,
    String protocol,
    int status,
    String outcome,
    Optional<String> error,
    long receivedBytes,
    long sentBytes,
    long durationMicros,
    int release,
    Optional<String> target,
    String requestId,
    Optional<String> userAgent,
    Optional<String> referer) {
  private static final int CHARS_MAX = 1_024;

  AccessLine {
    Objects.requireNonNull(time, "time is missing");
    Objects.requireNonNull(client, "client is missing");
    Objects.requireNonNull(method, "method is missing");
    Objects.requireNonNull(host, "host is missing");
    Objects.requireNonNull(path, "path is missing");
    Objects.requireNonNull(protocol, "protocol is missing");
    Objects.requireNonNull(outcome, "outcome is missing");
    Objects.requireNonNull(requestId, "request-id is missing");
  }

  /// An address without what follows a question mark.
  static String withoutQuery(String address) {
    int question = address.indexOf('?');
    return bounded(question < 0 ? address : address.substring(0, question));
  }

  /// So that the lines that wait have a bound in bytes.
  static String bounded(String text) {
    return text.length() <= CHARS_MAX ? text : text.substring(0, CHARS_MAX);
  }
}
