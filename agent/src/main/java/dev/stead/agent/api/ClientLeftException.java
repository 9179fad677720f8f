package dev.stead.agent.api;

import java.io.IOException;

/// The client closed its connection before the exchange was over. Nobody is left to be told.
final class ClientLeftException extends IOException {
  private static final long serialVersionUID = 1;

  ClientLeftException(String doing) {
    super("the client left during " + doing);
  }
}
