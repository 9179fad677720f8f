package dev.stead.edge.http;

/// Where a client came in.
public enum Door {
  HTTP("http", "--port"),
  HTTPS("https", "--https-port");

  private final String scheme;
  private final String flag;

  Door(String scheme, String flag) {
    this.scheme = scheme;
    this.flag = flag;
  }

  String scheme() {
    return scheme;
  }

  /// How another port is chosen.
  String flag() {
    return flag;
  }
}
