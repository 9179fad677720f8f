package dev.stead.edge.http;

import dev.stead.edge.http.ForwardedHeaders.ClientAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/// Who is connected, and by which door; counted in the [Crowd] from [#enter] to [#leave].
final class Guest {
  private final Crowd crowd;
  private final Door door;
  private @Nullable InetAddress origin;
  private @Nullable ClientAddress address;
  private Crowd.Admission admission = Crowd.Admission.CUT;

  Guest(Crowd crowd, Door door) {
    this.crowd = crowd;
    this.door = door;
  }

  Door door() {
    return door;
  }

  /// @param remote null when the client went away before it was accepted
  Crowd.Admission enter(@Nullable SocketAddress remote) {
    if (remote instanceof InetSocketAddress known) {
      origin = known.getAddress();
      admission = crowd.enter(known.getAddress());
    }
    return admission;
  }

  void leave() {
    if (origin != null) {
      crowd.leave(origin, admission);
    }
  }

  ClientAddress address() {
    ClientAddress known = address;
    if (known == null) {
      known = ClientAddress.of(origin == null ? null : origin.getHostAddress());
      address = known;
    }
    return known;
  }
}
