package dev.stead.rig.host;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/// Where clients come in to an edge.
///
/// @param tls whether they shake hands there
public record Entrance(InetSocketAddress address, boolean tls) {
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final SSLContext CREDULOUS = credulous();

  /// A port of this machine where nobody shakes hands.
  public static Entrance plain(int port) {
    return plain(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
  }

  public static Entrance plain(InetSocketAddress address) {
    return new Entrance(address, false);
  }

  public static Entrance tls(InetSocketAddress address) {
    return new Entrance(address, true);
  }

  /// A connection that any certificate is good enough for.
  ///
  /// @param name whom it is for
  /// @param protocol what both ends are to speak (RFC 7301), such as `h2`; unsaid without TLS
  Socket connect(String name, String protocol) throws IOException {
    var plain = new Socket();
    try {
      plain.connect(address, (int) PATIENCE.toMillis());
      plain.setSoTimeout((int) PATIENCE.toMillis());
      plain.setTcpNoDelay(true);
      return tls ? shaken(plain, name, protocol) : plain;
    } catch (IOException e) {
      plain.close();
      throw e;
    }
  }

  private static Socket shaken(Socket plain, String name, String protocol) throws IOException {
    var socket =
        (SSLSocket) CREDULOUS.getSocketFactory().createSocket(plain, name, plain.getPort(), true);
    var parameters = socket.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName(name)));
    parameters.setApplicationProtocols(new String[] {protocol});
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    if (!socket.getApplicationProtocol().equals(protocol)) {
      throw new IOException("the edge would not speak " + protocol);
    }
    return socket;
  }

  /// A client's side of TLS that believes every certificate.
  public static SSLContext credulous() {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Credulous()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no TLS", e);
    }
  }

  private static final class Credulous implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
