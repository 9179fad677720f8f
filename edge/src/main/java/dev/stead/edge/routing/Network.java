package dev.stead.edge.routing;

import java.net.InetAddress;
import java.util.Arrays;

/// A network of IPv4 or IPv6 addresses: those that begin with the same bits (RFC 4632 3.1, RFC 4291
/// 2.3).
public final class Network {
  private final byte[] address;
  private final int bits;

  private Network(byte[] address, int bits) {
    this.address = address;
    this.bits = bits;
  }

  /// Reads a network as people write it.
  ///
  /// @param text an address, or one with a slash and how many of its bits count: `203.0.113.0/24`
  /// @throws IllegalArgumentException when it is neither
  public static Network parse(String text) {
    int slash = text.indexOf('/');
    byte[] address =
        InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash)).getAddress();
    int most = address.length * Byte.SIZE;
    int bits = slash < 0 ? most : Integer.parseInt(text.substring(slash + 1));
    if (bits < 0 || bits > most) {
      throw new IllegalArgumentException("/" + bits + " is not from 0 to " + most);
    }
    return new Network(address, bits);
  }

  public boolean contains(InetAddress other) {
    byte[] bytes = other.getAddress();
    int whole = bits / Byte.SIZE;
    if (bytes.length != address.length || !Arrays.equals(bytes, 0, whole, address, 0, whole)) {
      return false;
    }
    int rest = bits % Byte.SIZE;
    int differing = rest == 0 ? 0 : (bytes[whole] ^ address[whole]) & 0xFF;
    return differing >>> (Byte.SIZE - rest) == 0;
  }
}
