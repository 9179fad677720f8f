package dev.stead.edge;

import dev.stead.edge.control.AlpnChallenge;
import dev.stead.edge.control.Certificate;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/// A CA of a test's own, and what its clients need to trust it.
final class Authority {
  private static final int DIGEST_BYTES = 32;
  private static final String SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";
  private static final int DNS_NAME_TAG = 0x82;
  private static final int SEQUENCE_TAG = 0x30;

  private final X509Bundle root;
  private final X509Bundle intermediate;

  Authority() {
    try {
      root =
          new CertificateBuilder()
              .ecp256()
              .subject("CN=root of a test")
              .setIsCertificateAuthority(true)
              .buildSelfSigned();
      intermediate =
          new CertificateBuilder()
              .ecp256()
              .subject("CN=intermediate of a test")
              .setIsCertificateAuthority(true)
              .buildIssuedBy(root);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /// On P-256.
  Certificate certificate(String... hosts) {
    return certificate(new CertificateBuilder().ecp256(), hosts);
  }

  /// RSA of 2048 bits.
  Certificate rsaCertificate(String... hosts) {
    return certificate(new CertificateBuilder().rsa2048(), hosts);
  }

  Certificate certificate(CertificateBuilder builder, String... hosts) {
    try {
      CertificateBuilder named =
          builder.subject("CN=" + hosts[0].replace("*", "any")).addExtendedKeyUsageServerAuth();
      named.addExtensionOctetString(SUBJECT_ALTERNATIVE_NAME, false, names(hosts));
      X509Bundle issued = named.buildIssuedBy(intermediate);
      return new Certificate(
          List.of(hosts),
          issued.getCertificatePEM() + intermediate.getCertificatePEM(),
          issued.getPrivateKeyPEM());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /// The builder's own way refuses wildcards (RFC 5280 4.2.1.6, in DER).
  private static byte[] names(String... hosts) {
    var names = new ByteArrayOutputStream();
    for (String host : hosts) {
      names.write(DNS_NAME_TAG);
      names.write(host.length());
      names.writeBytes(host.getBytes(StandardCharsets.US_ASCII));
    }
    var sequence = new ByteArrayOutputStream();
    sequence.write(SEQUENCE_TAG);
    sequence.write(names.size());
    sequence.writeBytes(names.toByteArray());
    return sequence.toByteArray();
  }

  AlpnChallenge alpnChallenge(String host) {
    try {
      X509Bundle made =
          new CertificateBuilder()
              .ecp256()
              .subject("CN=" + host)
              .addSanDnsName(host)
              .addAcmeIdentifierExtension(new byte[DIGEST_BYTES])
              .buildIssuedBy(intermediate);
      return new AlpnChallenge(host, made.getCertificatePEM(), made.getPrivateKeyPEM());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /// A TLS client that trusts this CA alone.
  SSLContext trusting() {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {root.toTrustManager()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /// The root's certificate as a file, for programs.
  Path rootFile(Path directory) throws IOException {
    return Files.writeString(directory.resolve("root.pem"), root.getCertificatePEM());
  }
}
