package dev.stead.cli;

import dev.stead.sdk.Answers.EdgeStatus;

/// Where the edge listens, in words.
final class EdgePorts {
  private EdgePorts() {}

  static String text(EdgeStatus edge) {
    return edge.httpsPort() == 0
        ? "port " + edge.httpPort()
        : "port %d, https on port %d".formatted(edge.httpPort(), edge.httpsPort());
  }
}
