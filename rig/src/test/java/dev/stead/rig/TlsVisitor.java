package dev.stead.rig;

import dev.stead.rig.host.Entrance;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// Somebody who comes by https and believes any certificate.
final class TlsVisitor {
  private static final int PORT = 443;
  private static final SSLContext CREDULOUS = Entrance.credulous();
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final String address;

  TlsVisitor(String address) {
    this.address = address;
  }

  /// What was seen.
  ///
  /// @param answer the first line of the answer
  /// @param issuer who signed the certificate
  record Visit(String answer, String issuer) {}

  Visit visit() {
    try (var plain = new Socket()) {
      plain.connect(new InetSocketAddress(address, PORT), (int) PATIENCE.toMillis());
      plain.setSoTimeout((int) PATIENCE.toMillis());
      return visit(plain);
    } catch (IOException e) {
      throw new AssertionError("https to " + address + " failed", e);
    }
  }

  private Visit visit(Socket plain) throws IOException {
    try (var socket =
            (SSLSocket) CREDULOUS.getSocketFactory().createSocket(plain, address, PORT, true);
        var in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1))) {
      socket
          .getOutputStream()
          .write(
              "GET / HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                  .formatted(address)
                  .getBytes(StandardCharsets.US_ASCII));
      var issuer =
          ((X509Certificate) socket.getSession().getPeerCertificates()[0])
              .getIssuerX500Principal()
              .getName();
      var answer = in.readLine();
      return new Visit(answer == null ? "nothing" : answer, issuer);
    }
  }
}
