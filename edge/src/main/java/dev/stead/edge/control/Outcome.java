package dev.stead.edge.control;

/// How an exchange ended, as it is counted.
public enum Outcome {
  /// The protocol was changed (101); to clients of HTTP/2 that is said with 200 (RFC 8441).
  INFORMATIONAL("1xx"),
  SUCCESS("2xx"),
  REDIRECT("3xx"),
  CLIENT_ERROR("4xx"),
  /// Also an answer that app or edge cut short, whatever its head said.
  SERVER_ERROR("5xx"),
  /// The client went away, or stopped reading, before it had the whole answer.
  ABORTED("aborted");

  private final String label;

  Outcome(String label) {
    this.label = label;
  }

  /// Its name in JSON, tables and metrics.
  public String label() {
    return label;
  }

  /// The class of a status; of one that RFC 9110 does not know, an error of the server.
  public static Outcome of(int status) {
    return switch (status / 100) {
      case 1 -> INFORMATIONAL;
      case 2 -> SUCCESS;
      case 3 -> REDIRECT;
      case 4 -> CLIENT_ERROR;
      default -> SERVER_ERROR;
    };
  }
}
