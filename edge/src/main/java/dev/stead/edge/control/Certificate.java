package dev.stead.edge.control;

import java.util.List;
import java.util.Objects;

/// A certificate of a CA's, or one's own, with its key.
///
/// @param hosts the names that it is served for: exact ones, or `*.rest` for one level below
///   `rest`; the certificate must bear them all
/// @param chainPem the certificate itself, then those that lead to the CA, each as a PEM block
/// @param keyPem its private key, PKCS#8 as a PEM block: ECDSA on P-256, or RSA of 2048 bits or
///   more
public record Certificate(List<String> hosts, String chainPem, String keyPem) {
  public Certificate {
    hosts = List.copyOf(hosts);
    Objects.requireNonNull(chainPem, "chain-pem is missing");
    Objects.requireNonNull(keyPem, "key-pem is missing");
  }

  /// Without the key.
  @Override
  public String toString() {
    return "Certificate" + hosts;
  }
}
