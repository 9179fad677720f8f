package dev.stead.agent.certs;

import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// Looks before an order whether the CA could find this server by the host's name at all: a failed
/// validation counts against the host at the CA, a look into DNS does not.
///
/// The name must have an address of this machine. A machine without a public address stands behind
/// a translated one that it does not know; there any address will do. Behind a proxy, whose
/// addresses the name has then, the look is switched off by `acme-preflight` in settings.json.
///
/// @param on whether to look
/// @param ours the addresses of this machine, without loopback and link-local ones
/// @param resolver a name's addresses; none where it has none
record Preflight(
    boolean on, Supplier<List<InetAddress>> ours, Function<String, List<InetAddress>> resolver) {

  static Preflight here(boolean on) {
    return new Preflight(on, Preflight::addresses, Preflight::resolve);
  }

  /// Why the CA could not find this server; empty when nothing speaks against it.
  Optional<String> finding(String host) {
    if (!on) {
      return Optional.empty();
    }
    var found = resolver.apply(host);
    if (found.isEmpty()) {
      return Optional.of("the name has no address in DNS");
    }
    var here = ours.get();
    if (here.stream().noneMatch(Preflight::isPublic) || found.stream().anyMatch(here::contains)) {
      return Optional.empty();
    }
    return Optional.of(
        "the name leads to %s, and this server has %s".formatted(text(found), text(here)));
  }

  /// Whether the whole network can reach it: neither private (RFC 1918, RFC 4193) nor of a
  /// provider's translation (RFC 6598).
  private static boolean isPublic(InetAddress address) {
    var bytes = address.getAddress();
    var translated =
        address instanceof Inet4Address && bytes[0] == 100 && (bytes[1] & 0xc0) == 0x40;
    var unique = !(address instanceof Inet4Address) && (bytes[0] & 0xfe) == 0xfc;
    return !address.isSiteLocalAddress() && !translated && !unique;
  }

  private static String text(List<InetAddress> addresses) {
    return addresses.stream()
        .map(address -> address.getHostAddress().replaceAll("%.*", ""))
        .collect(Collectors.joining(", "));
  }

  private static List<InetAddress> addresses() {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
          .toList();
    } catch (SocketException e) {
      throw new UncheckedIOException("asking for this machine's addresses", e);
    }
  }

  private static List<InetAddress> resolve(String host) {
    try {
      return List.of(InetAddress.getAllByName(host));
    } catch (UnknownHostException e) {
      return List.of();
    }
  }
}
