package dev.stead.edge.http;

/// Every code that an error page of the edge shows. Meaning and fix stand in the sdk's `Code`,
/// where `stead explain` finds them.
public enum EdgeError {
  FRAMING("S-400-FRAMING", 400),
  FORWARDED("S-400-FORWARDED", 400),
  PASSWORD("S-401-PASSWORD", 401),
  ADDRESS("S-403-ADDRESS", 403),
  ROUTE("S-404-ROUTE", 404),
  FILE("S-404-FILE", 404),
  METHOD("S-405-METHOD", 405),
  HEAD_TIMEOUT("S-408-HEAD", 408),
  BODY_TIMEOUT("S-408-BODY", 408),
  BODY_RATE("S-408-BODY-RATE", 408),
  BODY_TOO_LARGE("S-413-BODY", 413),
  LINE_TOO_LONG("S-414-LINE", 414),
  ADDRESS_FULL("S-429-CONNECTIONS", 429),
  HEAD_TOO_LARGE("S-431-HEAD", 431),
  BUG("S-500-EDGE", 500),
  REFUSED("S-502-REFUSED", 502),
  RESET("S-502-RESET", 502),
  ANSWER("S-502-ANSWER", 502),
  NO_TARGET("S-503-NO-TARGET", 503),
  FULL("S-503-CONNECTIONS", 503),
  PASSWORDS_FULL("S-503-PASSWORDS", 503),
  UPLOADS_FULL("S-503-UPLOADS", 503),
  HELD_FULL("S-503-HELD-FULL", 503),
  HELD_TIMEOUT("S-503-HELD-TIMEOUT", 503),
  MAINTENANCE("S-503-MAINTENANCE", 503),
  DRAINED("S-503-DRAINED", 503),
  TIMEOUT("S-504-TIMEOUT", 504),
  CONNECT_TIMEOUT("S-504-CONNECT", 504),
  VERSION("S-505-VERSION", 505);

  private final String code;
  private final int status;

  EdgeError(String code, int status) {
    this.code = code;
    this.status = status;
  }

  public String code() {
    return code;
  }

  public int status() {
    return status;
  }

  /// Whether trying again soon may help.
  boolean passing() {
    return status == 503 || status == 429;
  }
}
