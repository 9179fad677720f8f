package dev.stead.edge.tls;

import dev.stead.edge.control.Certificate;
import io.netty.handler.ssl.util.SimpleKeyManagerFactory;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManager;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/// Chooses certificate and key of a handshake by the host that the client names. An alias is a
/// certificate's first host, so that what the library has made ready for one of its hosts is ready
/// for all.
///
/// Reads PEM when a certificate is asked for the first time, on an event loop; the library keeps
/// the result.
final class SniKeys extends X509ExtendedKeyManager {
  private static final String NONE = "";

  private final Certificates certificates;
  private final OwnIdentity own;
  private final Map<String, String> keyTypes = new ConcurrentHashMap<>();

  SniKeys(Certificates certificates, OwnIdentity own) {
    this.certificates = certificates;
    this.own = own;
  }

  /// As the library wants it.
  SimpleKeyManagerFactory factory() {
    return new Factory(this);
  }

  private static final class Factory extends SimpleKeyManagerFactory {
    private final KeyManager keys;

    Factory(KeyManager keys) {
      this.keys = keys;
    }

    @Override
    protected void engineInit(@Nullable KeyStore store, char @Nullable [] password) {}

    @Override
    protected void engineInit(ManagerFactoryParameters parameters) {}

    @Override
    protected KeyManager[] engineGetKeyManagers() {
      return new KeyManager[] {keys};
    }
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
    Certificate found = certificates.find(serverName(engine));
    String alias = found == null ? NONE : found.hosts().getFirst();
    String type = keyTypes.computeIfAbsent(alias, one -> identity(one).key().getAlgorithm());
    return type.equals(keyType) ? alias : null;
  }

  private static String serverName(SSLEngine engine) {
    if (engine.getHandshakeSession() instanceof ExtendedSSLSession session) {
      for (SNIServerName name : session.getRequestedServerNames()) {
        return Certificates.lowerCase(new String(name.getEncoded(), StandardCharsets.US_ASCII));
      }
    }
    return NONE;
  }

  private Identity identity(String alias) {
    Certificate listed = certificates.find(Certificates.lowerCase(alias));
    if (listed == null) {
      return own.get();
    }
    try {
      return Identity.read(listed.chainPem(), listed.keyPem());
    } catch (GeneralSecurityException e) {
      // It was checked when it was pushed; a kept file that somebody has changed is not.
      return own.get();
    }
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return identity(alias).chain().toArray(X509Certificate[]::new);
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return identity(alias).key();
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }
}
