package dev.stead.agent.api;

import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.util.AttributeKey;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerConnection;
import java.util.List;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/// What the machine knows of the other end of a connection: the user that opened it, as the kernel
/// says, and from where that user was logged in by ssh when it first mattered. That is looked for
/// once in a connection: it takes a walk over all processes, which a write should not wait for.
final class Peer {
  static final String UNKNOWN = "unknown";

  private static final AttributeKey<Peer> OF_CONNECTION = AttributeKey.valueOf("stead-peer");

  private final String user;
  private volatile @Nullable List<String> addresses;

  Peer(String user) {
    this.user = user;
  }

  /// Called on the event loop, while the connection is there.
  static Peer of(HttpServerRequest request) {
    if (!(request.connection() instanceof HttpServerConnection connection)) {
      throw new IllegalStateException("not a connection of the server: " + request.connection());
    }
    var channel = connection.channelHandlerContext().channel();
    var kept = channel.attr(OF_CONNECTION);
    var known = kept.get();
    if (known != null) {
      return known;
    }
    var credentials =
        channel.config().getOption(NioChannelOption.of(ExtendedSocketOptions.SO_PEERCRED));
    var peer = new Peer(credentials == null ? UNKNOWN : credentials.user().getName());
    kept.set(peer);
    return peer;
  }

  String user() {
    return user;
  }

  /// Whether the addresses are known.
  boolean isLookedUp() {
    return addresses != null;
  }

  List<String> addresses(SshLogins logins) {
    var found = addresses;
    if (found == null) {
      found = logins.addresses(user);
      addresses = found;
    }
    return found;
  }
}
