package dev.stead.edge.tls;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A certificate with what leads to its CA, and its key, ready to be used.
record Identity(List<X509Certificate> chain, PrivateKey key) {
  private static final Pattern KEY =
      Pattern.compile(
          "\\s*-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----\\s*");
  private static final int RSA_BITS_MIN = 2048;
  private static final int EC_BITS = 256;
  private static final int DNS_NAME = 2;
  private static final byte[] PROBE = "stead".getBytes(StandardCharsets.US_ASCII);

  Identity {
    chain = List.copyOf(chain);
  }

  /// From PEM.
  ///
  /// @throws GeneralSecurityException when they are no chain and no key; the message says why
  static Identity read(String chainPem, String keyPem) throws GeneralSecurityException {
    List<X509Certificate> chain = chain(chainPem);
    return new Identity(chain, key(keyPem, chain.getFirst().getPublicKey().getAlgorithm()));
  }

  private static List<X509Certificate> chain(String pem) throws CertificateException {
    var bytes = new ByteArrayInputStream(pem.getBytes(StandardCharsets.ISO_8859_1));
    List<X509Certificate> chain =
        CertificateFactory.getInstance("X.509").generateCertificates(bytes).stream()
            .map(X509Certificate.class::cast)
            .toList();
    if (chain.isEmpty()) {
      throw new CertificateException("there is no certificate in the chain");
    }
    return chain;
  }

  private static PrivateKey key(String pem, String algorithm) throws GeneralSecurityException {
    Matcher block = KEY.matcher(pem);
    if (!block.matches()) {
      throw new InvalidKeyException("the key is not one PEM block 'PRIVATE KEY' (PKCS#8)");
    }
    try {
      byte[] der = Base64.getMimeDecoder().decode(block.group(1));
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (IllegalArgumentException e) {
      throw new InvalidKeyException("the key is no base64: " + e.getMessage(), e);
    }
  }

  /// Finds out what would otherwise be found out by clients: that the key belongs to the
  /// certificate, that each certificate was issued by the next, that the key is of a kind every
  /// client knows.
  ///
  /// @throws GeneralSecurityException when something is wrong; the message says what
  void check() throws GeneralSecurityException {
    checkKind(leaf().getPublicKey());
    for (int i = 1; i < chain.size(); i++) {
      if (!chain
          .get(i - 1)
          .getIssuerX500Principal()
          .equals(chain.get(i).getSubjectX500Principal())) {
        throw new CertificateException(
            "certificate %d of the chain was not issued by the one that follows".formatted(i));
      }
    }
    String algorithm = key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA";
    var signing = Signature.getInstance(algorithm);
    signing.initSign(key);
    signing.update(PROBE);
    byte[] signature = signing.sign();
    var verifying = Signature.getInstance(algorithm);
    verifying.initVerify(leaf().getPublicKey());
    verifying.update(PROBE);
    if (!verifying.verify(signature)) {
      throw new InvalidKeyException("the key does not belong to the certificate");
    }
  }

  private static void checkKind(PublicKey key) throws InvalidKeyException {
    boolean usable =
        switch (key) {
          case ECPublicKey ec -> ec.getParams().getOrder().bitLength() == EC_BITS;
          case RSAPublicKey rsa -> rsa.getModulus().bitLength() >= RSA_BITS_MIN;
          default -> false;
        };
    if (!usable) {
      throw new InvalidKeyException(
          "the key is neither ECDSA on P-256 nor RSA of 2048 bits or more");
    }
  }

  X509Certificate leaf() {
    return chain.getFirst();
  }

  /// Whether the certificate bears this name, or for an exact one the wildcard above it.
  boolean bears(String host) throws CertificateException {
    Set<String> names = new HashSet<>();
    var alternatives = leaf().getSubjectAlternativeNames();
    if (alternatives != null) {
      for (List<?> alternative : alternatives) {
        if (alternative.getFirst().equals(DNS_NAME)) {
          names.add(alternative.get(1).toString().toLowerCase(Locale.ROOT));
        }
      }
    }
    return names.contains(host) || names.contains(Certificates.wildcard(host));
  }

  /// Without the key.
  @Override
  public String toString() {
    return "Identity[" + leaf().getSubjectX500Principal() + "]";
  }
}
