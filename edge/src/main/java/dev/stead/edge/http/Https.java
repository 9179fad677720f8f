package dev.stead.edge.http;

import dev.stead.edge.control.Service;
import dev.stead.edge.tls.Certificates;
import dev.stead.edge.tls.Challenges;
import dev.stead.edge.tls.Handshakes;
import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What exchanges and connections want to know of TLS: whether it is served, for which hosts by a
/// certificate that is not the edge's own, and what a CA is to be answered.
public final class Https {
  private static final String CHALLENGE_PATH = "/.well-known/acme-challenge/";
  private static final AsciiString STRICT_TRANSPORT_SECURITY =
      AsciiString.cached("strict-transport-security");
  private static final int DEFAULT_PORT = 443;

  private final Certificates certificates;
  private final Challenges challenges;
  private volatile @Nullable Handshakes handshakes;
  private volatile int port;

  public Https(Certificates certificates, Challenges challenges) {
    this.certificates = certificates;
    this.challenges = challenges;
  }

  /// Makes ready to shake hands.
  ///
  /// @throws IOException when this machine cannot
  public void open() throws IOException {
    handshakes = new Handshakes(certificates, challenges);
  }

  /// Says where clients are to come.
  public void servedOn(int servedPort) {
    port = servedPort;
  }

  /// Seals sessions with another key from now on.
  public void rotate() {
    handshakes().rotate();
  }

  private Handshakes handshakes() {
    return Objects.requireNonNull(handshakes, "https is not open");
  }

  ChannelHandler reader() {
    return handshakes().reader();
  }

  /// Whether a plain request belongs on TLS instead: its app wants that, and the browser would not
  /// warn.
  boolean wants(Sender sender, String host, Service service) {
    return service.https() == Service.Https.ON
        && !sender.secure()
        && port != 0
        && certificates.cover(host);
  }

  /// To a host with TLS: path and query stay as they are.
  FullHttpResponse redirect(Inbound inbound, String host) {
    String at = port == DEFAULT_PORT ? host : host + ":" + port;
    String target = inbound.target();
    return FileAnswer.moved("https://" + at + (target.equals("*") ? "/" : target));
  }

  /// What a CA is answered, which asks without TLS and follows no app's rules (RFC 8555 8.3); null
  /// for any other request.
  @Nullable FullHttpResponse challengeAnswer(Door door, Inbound inbound) {
    if (door != Door.HTTP || !inbound.path().startsWith(CHALLENGE_PATH)) {
      return null;
    }
    String token = inbound.path().substring(CHALLENGE_PATH.length());
    String answer = challenges.keyAuthorization(inbound.authority().host(), token);
    return answer == null ? null : FileAnswer.text(answer);
  }

  /// Has browsers come with TLS alone, where the app wants that; said on TLS, since anybody could
  /// say it elsewhere (RFC 6797 7.2).
  static void insist(HttpHeaders headers, Sender sender, Service service) {
    if (sender.secure()) {
      service
          .hstsMaxAge()
          .ifPresent(age -> headers.set(STRICT_TRANSPORT_SECURITY, "max-age=" + age.toSeconds()));
    }
  }
}
