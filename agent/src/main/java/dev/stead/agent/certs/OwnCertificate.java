package dev.stead.agent.certs;

import dev.stead.agent.certs.CertRecords.Kept;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import dev.stead.sdk.Requests;
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
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// A certificate that the user brings, found to be usable: with a key that belongs to it and that
/// every client knows, in time, and with what leads to its CA in order.
record OwnCertificate(Kept kept, String keyPem) {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

  private static final int DNS_NAME = 2;
  private static final int RSA_BITS_MIN = 2048;
  private static final int EC_BITS = 256;
  private static final byte[] PROBE = "stead".getBytes(StandardCharsets.US_ASCII);

  /// @throws ProblemException `D-CERT-UNUSABLE`
  static OwnCertificate read(Requests.OwnCertificate request, Instant now) {
    try {
      var chain = chain(request.chainPem());
      requireOrder(chain);
      var own = chain.getFirst();
      requireInTime(own, now);
      var keyPem = keyPem(request.keyPem());
      requirePair(own.getPublicKey(), key(keyPem, own.getPublicKey().getAlgorithm()));
      var kept =
          new Kept(
              hosts(own),
              request.chainPem(),
              own.getNotBefore().toInstant(),
              own.getNotAfter().toInstant(),
              Optional.empty(),
              Optional.empty());
      return new OwnCertificate(kept, keyPem);
    } catch (GeneralSecurityException e) {
      var what = "taking a certificate of one's own";
      throw new ProblemException(
          Problem.of(Code.CERT_UNUSABLE, what, String.valueOf(e.getMessage())), e);
    }
  }

  private static List<X509Certificate> chain(String pem) throws CertificateException {
    var bytes = new ByteArrayInputStream(pem.getBytes(StandardCharsets.ISO_8859_1));
    var chain =
        CertificateFactory.getInstance("X.509").generateCertificates(bytes).stream()
            .map(X509Certificate.class::cast)
            .toList();
    if (chain.isEmpty()) {
      throw new CertificateException("there is no certificate in the chain's file");
    }
    return chain;
  }

  private static void requireOrder(List<X509Certificate> chain) throws GeneralSecurityException {
    for (int i = 1; i < chain.size(); i++) {
      try {
        chain.get(i - 1).verify(chain.get(i).getPublicKey());
      } catch (GeneralSecurityException e) {
        throw new CertificateException(
            "certificate %d of the chain was not issued by the one that follows".formatted(i), e);
      }
    }
  }

  private static void requireInTime(X509Certificate own, Instant now) throws CertificateException {
    if (now.isAfter(own.getNotAfter().toInstant())) {
      throw new CertificateException("it has expired at " + own.getNotAfter().toInstant());
    }
    if (now.isBefore(own.getNotBefore().toInstant())) {
      throw new CertificateException("it is not valid before " + own.getNotBefore().toInstant());
    }
  }

  /// The names that the certificate bears, in its own order.
  private static List<String> hosts(X509Certificate own) throws CertificateException {
    var names = own.getSubjectAlternativeNames();
    var hosts =
        names == null
            ? List.<String>of()
            : names.stream()
                .filter(name -> name.getFirst().equals(DNS_NAME))
                .map(name -> name.get(1).toString().toLowerCase(Locale.ROOT))
                .distinct()
                .toList();
    if (hosts.isEmpty()) {
      throw new CertificateException("it bears no host name (subjectAltName)");
    }
    return hosts;
  }

  private static String keyPem(String pem) throws InvalidKeyException {
    var block = KEY.matcher(pem);
    if (!block.find()) {
      throw new InvalidKeyException("the key is not one PEM block 'PRIVATE KEY' (PKCS#8)");
    }
    return block.group() + "\n";
  }

  private static PrivateKey key(String pem, String algorithm) throws GeneralSecurityException {
    var block = KEY.matcher(pem);
    if (!block.find()) {
      throw new InvalidKeyException("the key is no PEM block");
    }
    try {
      var der = Base64.getMimeDecoder().decode(block.group(1));
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new InvalidKeyException("the key is none of the certificate's kind", e);
    }
  }

  private static void requirePair(PublicKey mine, PrivateKey key) throws GeneralSecurityException {
    var usable =
        switch (mine) {
          case ECPublicKey ec -> ec.getParams().getOrder().bitLength() == EC_BITS;
          case RSAPublicKey rsa -> rsa.getModulus().bitLength() >= RSA_BITS_MIN;
          default -> false;
        };
    if (!usable) {
      throw new InvalidKeyException(
          "the key is neither ECDSA on P-256 nor RSA of 2048 bits or more");
    }
    var signing =
        Signature.getInstance(
            key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA");
    signing.initSign(key);
    signing.update(PROBE);
    var signature = signing.sign();
    signing.initVerify(mine);
    signing.update(PROBE);
    if (!signing.verify(signature)) {
      throw new InvalidKeyException("the key does not belong to the certificate");
    }
  }
}
