package dev.stead.agent.certs;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/// What a browser does that trusts one root and no other.
final class Trust {
  private Trust() {}

  static SSLContext in(String rootPem) {
    try {
      var pem = new ByteArrayInputStream(rootPem.getBytes(StandardCharsets.US_ASCII));
      var root = CertificateFactory.getInstance("X.509").generateCertificate(pem);
      var roots = KeyStore.getInstance(KeyStore.getDefaultType());
      roots.load(null, null);
      roots.setCertificateEntry("root", root);
      var trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trusted.init(roots);
      var context = SSLContext.getInstance("TLS");
      context.init(null, trusted.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new AssertionError(e);
    }
  }

  /// What a server shows that has this certificate, whose key is an RSA one.
  static SSLContext showing(String certificatePem, String keyPem) {
    try {
      var pem = new ByteArrayInputStream(certificatePem.getBytes(StandardCharsets.US_ASCII));
      var certificate = CertificateFactory.getInstance("X.509").generateCertificate(pem);
      var base64 = keyPem.replaceAll("-----[A-Z ]+-----", "");
      var spec = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(base64));
      var key = KeyFactory.getInstance("RSA").generatePrivate(spec);
      var store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      store.setKeyEntry("own", key, new char[0], new Certificate[] {certificate});
      var shown = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      shown.init(store, new char[0]);
      var context = SSLContext.getInstance("TLS");
      context.init(shown.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new AssertionError(e);
    }
  }

  /// Shakes hands with a port of this machine under a host's name.
  ///
  /// @return the certificate that was shown
  /// @throws IOException when it does not lead to the root, or is for another host
  static X509Certificate visit(String rootPem, String host, int port) throws IOException {
    try (var plain = new Socket(InetAddress.getLoopbackAddress(), port);
        var tls =
            (SSLSocket) in(rootPem).getSocketFactory().createSocket(plain, host, port, true)) {
      var parameters = tls.getSSLParameters();
      parameters.setServerNames(List.of(new SNIHostName(host)));
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      tls.setSSLParameters(parameters);
      tls.startHandshake();
      return (X509Certificate) tls.getSession().getPeerCertificates()[0];
    }
  }
}
