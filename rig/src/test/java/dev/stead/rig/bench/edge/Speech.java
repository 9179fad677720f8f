package dev.stead.rig.bench.edge;

/// What clients speak; HTTP/2 over TLS, as browsers do.
enum Speech {
  PLAIN("plain"),
  TLS("tls"),
  HTTP_2("http2");

  private final String label;

  Speech(String label) {
    this.label = label;
  }

  @Override
  public String toString() {
    return label;
  }
}
