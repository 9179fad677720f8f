package dev.stead.edge.control;

import java.util.Objects;

/// What a CA is answered that asks `http://HOST/.well-known/acme-challenge/TOKEN` (RFC 8555, 8.3),
/// whatever else is served there.
public record HttpChallenge(String host, String token, String keyAuthorization) {
  public HttpChallenge {
    Objects.requireNonNull(host, "host is missing");
    Objects.requireNonNull(token, "token is missing");
    Objects.requireNonNull(keyAuthorization, "key-authorization is missing");
  }
}
