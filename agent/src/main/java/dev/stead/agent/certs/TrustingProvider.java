package dev.stead.agent.certs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.shredzone.acme4j.connector.NetworkSettings;
import org.shredzone.acme4j.provider.GenericAcmeProvider;

/// Reaches a CA whose own https certificate is signed by a root that the machine does not know.
final class TrustingProvider extends GenericAcmeProvider {
  private final Path root;

  /// @param root a PEM file; nothing but what it has signed is trusted
  TrustingProvider(Path root) {
    this.root = root;
  }

  @Override
  public HttpClient createHttpClient(NetworkSettings settings) {
    return HttpClient.newBuilder()
        .connectTimeout(settings.getTimeout())
        .sslContext(trusting())
        .build();
  }

  private SSLContext trusting() {
    try (var pem = Files.newInputStream(root)) {
      var certificate = CertificateFactory.getInstance("X.509").generateCertificate(pem);
      var roots = KeyStore.getInstance(KeyStore.getDefaultType());
      roots.load(null, null);
      roots.setCertificateEntry("root", certificate);
      var trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trusted.init(roots);
      var context = SSLContext.getInstance("TLS");
      context.init(null, trusted.getTrustManagers(), null);
      return context;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the root in " + root + ": " + e.getMessage(), e);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(root + " is no certificate: " + e.getMessage(), e);
    }
  }
}
