package dev.stead.agent.certs;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/// Private keys as they are kept: ECDSA on P-256, two PEM blocks, the private one in PKCS#8 and
/// then the public one:
///
/// ```
/// -----BEGIN PRIVATE KEY-----
/// MIGH…
/// -----END PRIVATE KEY-----
/// -----BEGIN PUBLIC KEY-----
/// MFkw…
/// -----END PUBLIC KEY-----
/// ```
final class Keys {
  private static final Base64.Encoder LINES =
      Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

  private static final int RSA_BITS = 2048;
  private static final String PRIVATE = "PRIVATE KEY";
  private static final String PUBLIC = "PUBLIC KEY";

  private Keys() {}

  static KeyPair make() {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK can make keys on P-256", e);
    }
  }

  /// One for the certificate that answers TLS-ALPN-01: what signs that knows no key of the JDK on
  /// P-256.
  static KeyPair makeRsa() {
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(RSA_BITS);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK can make RSA keys", e);
    }
  }

  static byte[] write(KeyPair pair) {
    return (pem(pair.getPrivate()) + block(PUBLIC, pair.getPublic().getEncoded()))
        .getBytes(StandardCharsets.US_ASCII);
  }

  /// Reads what [#write] wrote.
  static KeyPair read(byte[] pem) {
    var text = new String(pem, StandardCharsets.US_ASCII);
    try {
      var keys = KeyFactory.getInstance("EC");
      return new KeyPair(
          keys.generatePublic(new X509EncodedKeySpec(bytes(text, PUBLIC))),
          keys.generatePrivate(new PKCS8EncodedKeySpec(bytes(text, PRIVATE))));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a key in the store is not one that was written there", e);
    }
  }

  /// The first certificate of a chain.
  static X509Certificate certificate(String chainPem) {
    try {
      var bytes = new ByteArrayInputStream(chainPem.getBytes(StandardCharsets.US_ASCII));
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(bytes);
    } catch (CertificateException e) {
      throw new IllegalStateException("a certificate that was kept cannot be read", e);
    }
  }

  /// The private key alone, as the edge takes it.
  static String pem(PrivateKey key) {
    return block(PRIVATE, key.getEncoded());
  }

  static String pem(X509Certificate certificate) {
    try {
      return block("CERTIFICATE", certificate.getEncoded());
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate that was made here can be written", e);
    }
  }

  private static String block(String kind, byte[] bytes) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(kind, LINES.encodeToString(bytes), kind);
  }

  private static byte[] bytes(String pem, String kind) {
    var begin = "-----BEGIN " + kind + "-----\n";
    var from = pem.indexOf(begin) + begin.length();
    return Base64.getMimeDecoder().decode(pem.substring(from, pem.indexOf("-----END " + kind)));
  }
}
