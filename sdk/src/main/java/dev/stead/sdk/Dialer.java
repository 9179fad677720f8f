package dev.stead.sdk;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/// The way to a control socket: on this machine, or on a server through whatever tunnel leads
/// there. Asked anew for each request, on the thread that sends it.
public interface Dialer {
  /// Connects. What has to be opened for that is opened first.
  ///
  /// @throws IOException when nobody listens there; its message names where
  SocketChannel dial() throws IOException;

  /// What it means that a request got no answer though [#dial] had connected.
  default IOException unanswered(IOException cause) {
    return cause;
  }

  /// A unix socket of this machine.
  static Dialer to(Path socket) {
    return () -> connect(socket);
  }

  private static SocketChannel connect(Path socket) throws IOException {
    var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw new IOException("cannot connect to " + socket + ": " + e.getMessage(), e);
    }
  }
}
