package dev.stead.rig.bench.edge;

import dev.stead.edge.control.Certificate;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/// Certificates on P-256 of a CA of the bench's own.
final class ServerCertificates {
  private final X509Bundle root =
      made(
          () ->
              new CertificateBuilder()
                  .ecp256()
                  .subject("CN=root of a bench")
                  .setIsCertificateAuthority(true)
                  .buildSelfSigned());

  /// The same one as each program wants it.
  ///
  /// @param both chain and key in one, for haproxy
  record Written(Certificate certificate, Path chain, Path key, Path both) {}

  Certificate certificate(String host) {
    var made =
        made(
            () ->
                new CertificateBuilder()
                    .ecp256()
                    .subject("CN=" + host)
                    .addSanDnsName(host)
                    .addExtendedKeyUsageServerAuth()
                    .buildIssuedBy(root));
    return new Certificate(List.of(host), made.getCertificatePEM(), made.getPrivateKeyPEM());
  }

  Written written(String host, Path directory) throws IOException {
    var certificate = certificate(host);
    return new Written(
        certificate,
        Files.writeString(directory.resolve("chain.pem"), certificate.chainPem()),
        Files.writeString(directory.resolve("key.pem"), certificate.keyPem()),
        Files.writeString(
            directory.resolve("both.pem"), certificate.chainPem() + certificate.keyPem()));
  }

  /// The builder says that it may throw anything.
  private static X509Bundle made(Callable<X509Bundle> making) {
    var task = new FutureTask<>(making);
    task.run();
    return task.resultNow();
  }
}
