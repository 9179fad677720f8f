package dev.stead.edge.http;

import dev.stead.edge.routing.Network;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The proxies before the edge that are believed when they say who asks.
///
/// @param trusted where they are
/// @param announcing whether each of their connections begins with a header of the PROXY protocol
public record Proxies(List<Network> trusted, boolean announcing) {
  public static final Proxies NONE = new Proxies(List.of(), false);

  /// Refuses a protocol that nobody may speak.
  public Proxies {
    trusted = List.copyOf(trusted);
    if (announcing && trusted.isEmpty()) {
      throw new IllegalArgumentException(
          "proxy-protocol is for trusted-proxies, of which there are none");
    }
  }

  /// Those of networks as people write them, who say for whom they ask in headers alone.
  ///
  /// @throws IllegalArgumentException naming the one that is none
  public static Proxies of(List<String> networks) {
    return new Proxies(networks.stream().map(Proxies::network).toList(), false);
  }

  /// The same, who say it by the PROXY protocol first.
  ///
  /// @throws IllegalArgumentException also when there are none
  public static Proxies announcing(List<String> networks) {
    return new Proxies(of(networks).trusted(), true);
  }

  private static Network network(String text) {
    try {
      return Network.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "trusted-proxies: '%s' is no address or network: %s".formatted(text, e.getMessage()), e);
    }
  }

  boolean trusts(@Nullable InetAddress address) {
    if (address != null) {
      for (Network network : trusted) {
        if (network.contains(address)) {
          return true;
        }
      }
    }
    return false;
  }

  /// Whether a connection from there begins with a header of the PROXY protocol.
  boolean announces(@Nullable SocketAddress remote) {
    return announcing && remote instanceof InetSocketAddress known && trusts(known.getAddress());
  }
}
