package dev.stead.edge.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/// Who is connected, and by which door; counted in the [Crowd] from [#enter] to [#leave].
final class Guest {
  private final Crowd crowd;
  private final Proxies proxies;
  private final Door door;
  private @Nullable InetAddress origin;
  private @Nullable String plainAddress;
  private boolean trusted;
  private Crowd.Admission admission = Crowd.Admission.CUT;

  Guest(Crowd crowd, Proxies proxies, Door door) {
    this.crowd = crowd;
    this.proxies = proxies;
    this.door = door;
  }

  Door door() {
    return door;
  }

  Proxies proxies() {
    return proxies;
  }

  /// Told by a trusted proxy for whom it has connected; before [#enter].
  void announced(InetAddress client) {
    origin = client;
  }

  /// @param remote null when the client went away before it was accepted
  Crowd.Admission enter(@Nullable SocketAddress remote) {
    if (origin == null && remote instanceof InetSocketAddress known) {
      origin = known.getAddress();
    }
    if (origin != null) {
      trusted = proxies.trusts(origin);
      admission = trusted ? crowd.enterProxy() : crowd.enter(origin);
    }
    return admission;
  }

  void leave() {
    if (origin != null) {
      crowd.leave(origin, admission);
    }
  }

  /// Where the connection comes from; null when that is not known.
  @Nullable InetAddress origin() {
    return origin;
  }

  /// Whether it is a proxy that is believed when it says who asks.
  boolean trusted() {
    return trusted;
  }

  /// The origin as headers write it, made once.
  String plainAddress() {
    String known = plainAddress;
    if (known == null) {
      known = origin == null ? Claims.UNKNOWN : origin.getHostAddress();
      plainAddress = known;
    }
    return known;
  }
}
