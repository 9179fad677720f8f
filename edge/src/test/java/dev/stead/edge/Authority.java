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
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
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
    root =
        made(
            () ->
                new CertificateBuilder()
                    .ecp256()
                    .subject("CN=root of a test")
                    .setIsCertificateAuthority(true)
                    .buildSelfSigned());
    intermediate =
        issued(
            new CertificateBuilder()
                .ecp256()
                .subject("CN=intermediate of a test")
                .setIsCertificateAuthority(true),
            root);
  }

  private static X509Bundle issued(CertificateBuilder builder, X509Bundle issuer) {
    return made(() -> builder.buildIssuedBy(issuer));
  }

  /// The builder says that it may throw anything.
  private static X509Bundle made(Callable<X509Bundle> making) {
    var task = new FutureTask<>(making);
    task.run();
    return task.resultNow();
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
    X509Bundle made =
        issued(
            builder
                .subject("CN=" + hosts[0].replace("*", "any"))
                .addExtendedKeyUsageServerAuth()
                .addExtensionOctetString(SUBJECT_ALTERNATIVE_NAME, false, names(hosts)),
            intermediate);
    return new Certificate(
        List.of(hosts),
        made.getCertificatePEM() + intermediate.getCertificatePEM(),
        made.getPrivateKeyPEM());
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
    X509Bundle made =
        issued(
            new CertificateBuilder()
                .ecp256()
                .subject("CN=" + host)
                .addSanDnsName(host)
                .addAcmeIdentifierExtension(new byte[DIGEST_BYTES]),
            intermediate);
    return new AlpnChallenge(host, made.getCertificatePEM(), made.getPrivateKeyPEM());
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
