package dev.stead.edge.tls;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.HexFormat;
import java.util.List;

/// The certificate that hosts without one of their own are answered with: signed by its own key,
/// made anew with each edge, so that https answers at once and nobody takes it for a CA's.
///
/// Written in DER by hand (RFC 5280 4.1), since the JDK makes no certificates:
///
/// ```
/// SEQUENCE { tbs, algorithm, BIT STRING signature }
/// tbs = SEQUENCE { [0] version, serial, algorithm, issuer, validity, subject, key, [3] extensions }
/// ```
final class SelfSigned {
  private static final int INTEGER = 0x02;
  private static final int BIT_STRING = 0x03;
  private static final int OCTET_STRING = 0x04;
  private static final int UTF8 = 0x0C;
  private static final int GENERALIZED_TIME = 0x18;
  private static final int SEQUENCE = 0x30;
  private static final int SET = 0x31;
  private static final int DNS_NAME = 0x82;
  private static final int VERSION = 0xA0;
  private static final int EXTENSIONS = 0xA3;
  private static final byte[] ECDSA_WITH_SHA256 = hex("06082A8648CE3D040302");
  private static final byte[] COMMON_NAME = hex("0603550403");
  private static final byte[] SUBJECT_ALTERNATIVE_NAME = hex("0603551D11");
  private static final byte[] V3 = {2};
  private static final byte[] ONE = {1};
  private static final byte[] NO_UNUSED_BITS = {0};
  private static final String NAME = "self-signed.stead.invalid";

  /// RFC 5280 4.1.2.5: a certificate without a well-defined end says so.
  private static final String NEVER = "99991231235959Z";

  private static final String ALWAYS = "20200101000000Z";

  private SelfSigned() {}

  static Identity identity() {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair keys = generator.generateKeyPair();
      byte[] algorithm = der(SEQUENCE, ECDSA_WITH_SHA256);
      byte[] tbs = toBeSigned(keys, algorithm);
      var signing = Signature.getInstance("SHA256withECDSA");
      signing.initSign(keys.getPrivate());
      signing.update(tbs);
      byte[] signature = der(BIT_STRING, NO_UNUSED_BITS, signing.sign());
      var bytes = new ByteArrayInputStream(der(SEQUENCE, tbs, algorithm, signature));
      var certificate =
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(bytes);
      return new Identity(List.of(certificate), keys.getPrivate());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK knows P-256 and X.509", e);
    }
  }

  private static byte[] toBeSigned(KeyPair keys, byte[] algorithm) {
    byte[] name = der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, der(UTF8, ascii(NAME)))));
    byte[] names = der(SEQUENCE, der(DNS_NAME, ascii(NAME)));
    byte[] extension = der(SEQUENCE, SUBJECT_ALTERNATIVE_NAME, der(OCTET_STRING, names));
    return der(
        SEQUENCE,
        der(VERSION, der(INTEGER, V3)),
        der(INTEGER, ONE),
        algorithm,
        name,
        der(SEQUENCE, der(GENERALIZED_TIME, ascii(ALWAYS)), der(GENERALIZED_TIME, ascii(NEVER))),
        name,
        keys.getPublic().getEncoded(),
        der(EXTENSIONS, der(SEQUENCE, extension)));
  }

  private static byte[] der(int tag, byte[]... parts) {
    var content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    var element = new ByteArrayOutputStream();
    element.write(tag);
    int length = content.size();
    if (length >= 0x100) {
      element.write(0x82);
      element.write(length >> 8);
    } else if (length >= 0x80) {
      element.write(0x81);
    }
    element.write(length);
    element.writeBytes(content.toByteArray());
    return element.toByteArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }
}
