package dev.stead.edge.control;

import java.util.Objects;

/// What a CA is shown that connects with TLS for this host and the protocol `acme-tls/1` alone (RFC
/// 8737, 3): a certificate made for that question, and its key.
///
/// @param chainPem the certificate as a PEM block
/// @param keyPem its private key, as in [Certificate]
public record AlpnChallenge(String host, String chainPem, String keyPem) {
  public AlpnChallenge {
    Objects.requireNonNull(host, "host is missing");
    Objects.requireNonNull(chainPem, "chain-pem is missing");
    Objects.requireNonNull(keyPem, "key-pem is missing");
  }

  /// Without the key.
  @Override
  public String toString() {
    return "AlpnChallenge[" + host + "]";
  }
}
