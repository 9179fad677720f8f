package dev.stead.edge.tls;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslCachingX509KeyManagerFactory;
import io.netty.handler.ssl.OpenSslServerSessionContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.SslClientHelloHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Shakes hands with clients, by BoringSSL: TLS 1.2 and 1.3, the certificate by the host that the
/// client names, sessions resumed by tickets. One context serves all hosts; a new one is made when
/// the certificates change, and connections keep the one they began with.
///
/// Ticket keys are in memory alone: whoever steals a disk reads no recorded traffic. The newest
/// seals; those before it still open.
public final class Handshakes {
  /// RFC 8737 3.
  static final String ACME = "acme-tls/1";

  private static final int READY_CERTIFICATES_MAX = 2_048;
  private static final int HELLO_BYTES_MAX = 16 * 1024;
  private static final int TICKET_KEYS_MAX = 3;
  private static final long HANDSHAKE_SECONDS_MAX = 10;

  private final SecureRandom random = new SecureRandom();
  private final Certificates certificates;
  private final Challenges challenges;
  private final OwnIdentity own = new OwnIdentity();
  private final List<OpenSslSessionTicketKey> ticketKeys = new ArrayList<>();
  private volatile SslContext context;

  /// Loads the library.
  ///
  /// @throws IOException when it is not there
  public Handshakes(Certificates certificates, Challenges challenges) throws IOException {
    if (!OpenSsl.isAvailable()) {
      throw new IOException(
          "cannot serve TLS: BoringSSL is not there", OpenSsl.unavailabilityCause());
    }
    this.certificates = certificates;
    this.challenges = challenges;
    ticketKeys.add(ticketKey());
    context = context();
    certificates.onApplied(this::renew);
    // Nobody waits for it but a client that comes in the first moment without a host we know.
    Thread.ofVirtual().name("own-identity").start(own::get);
  }

  private OpenSslSessionTicketKey ticketKey() {
    return new OpenSslSessionTicketKey(
        random(OpenSslSessionTicketKey.NAME_SIZE),
        random(OpenSslSessionTicketKey.HMAC_KEY_SIZE),
        random(OpenSslSessionTicketKey.AES_KEY_SIZE));
  }

  private byte[] random(int length) {
    var bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private SslContext context() throws SSLException {
    var keys =
        new OpenSslCachingX509KeyManagerFactory(
            new SniKeys(certificates, own).factory(), READY_CERTIFICATES_MAX);
    SslContext made =
        build(
            SslContextBuilder.forServer(keys),
            ApplicationProtocolNames.HTTP_2,
            ApplicationProtocolNames.HTTP_1_1);
    seal(made);
    return made;
  }

  private static SslContext build(SslContextBuilder builder, String... protocols)
      throws SSLException {
    return builder
        .sslProvider(SslProvider.OPENSSL)
        .protocols("TLSv1.3", "TLSv1.2")
        .applicationProtocolConfig(
            new ApplicationProtocolConfig(
                Protocol.ALPN,
                SelectorFailureBehavior.NO_ADVERTISE,
                SelectedListenerFailureBehavior.ACCEPT,
                protocols))
        .build();
  }

  private void seal(SslContext made) {
    if (made.sessionContext() instanceof OpenSslServerSessionContext sessions) {
      sessions.setSessionCacheEnabled(false);
      sessions.setTicketKeys(ticketKeys.toArray(OpenSslSessionTicketKey[]::new));
    }
  }

  private synchronized void renew() {
    try {
      context = context();
    } catch (SSLException e) {
      throw new IllegalStateException("the same context could be made before", e);
    }
  }

  /// Seals tickets with a new key from now on. The last ones before it still open theirs.
  public synchronized void rotate() {
    ticketKeys.addFirst(ticketKey());
    if (ticketKeys.size() > TICKET_KEYS_MAX) {
      ticketKeys.removeLast();
    }
    seal(context);
  }

  /// What a connection begins with: it reads the client's first message and makes room for a
  /// handler that shakes hands, within ten seconds.
  public ChannelHandler reader() {
    return new HelloReader();
  }

  private @Nullable SslContext contextFor(ClientHello hello) throws SSLException {
    if (!hello.protocols().contains(ACME)) {
      if (!certificates.cover(hello.serverName())) {
        certificates.uncertified().note(hello.serverName());
      }
      return context;
    }
    Identity asked = challenges.identity(hello.serverName());
    return asked == null
        ? null
        : build(SslContextBuilder.forServer(asked.key(), asked.chain()), ACME);
  }

  private final class HelloReader extends SslClientHelloHandler<SslContext> {
    HelloReader() {
      super(HELLO_BYTES_MAX);
    }

    /// @param message null for what is no TLS at all, which the handshake refuses
    @Override
    protected Future<SslContext> lookup(ChannelHandlerContext ctx, @Nullable ByteBuf message)
        throws SSLException {
      SslContext found =
          contextFor(message == null ? ClientHello.SILENT : ClientHello.read(message));
      return found == null
          ? ctx.executor().newFailedFuture(new SSLException("no challenge is open for this host"))
          : ctx.executor().newSucceededFuture(found);
    }

    @Override
    protected void onLookupComplete(ChannelHandlerContext ctx, Future<SslContext> found) {
      SslContext chosen = found.getNow();
      if (chosen == null) {
        ctx.close();
        return;
      }
      SslHandler shaking = chosen.newHandler(ctx.alloc());
      shaking.setHandshakeTimeout(HANDSHAKE_SECONDS_MAX, TimeUnit.SECONDS);
      ctx.pipeline().replace(this, null, shaking);
    }
  }
}
