package dev.stead.edge;

import dev.stead.edge.control.AccessLogFiles;
import dev.stead.edge.http.Bounds;
import dev.stead.edge.http.Proxies;
import dev.stead.edge.systemd.InheritedSockets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where the edge listens and lives, and what it grants its clients: from its flags, else from
/// `settings.json` of its home, else the defaults.
///
/// @param httpsPort where TLS is served; null where it is not
/// @param run where its control socket is
/// @param inherited sockets that listen already; where there are any, no others are opened
/// @param address null for the loopback addresses of this machine
record Settings(
    Path home,
    Path run,
    int port,
    @Nullable Integer httpsPort,
    @Nullable String address,
    Bounds bounds,
    Proxies proxies,
    List<InheritedSockets.Inherited> inherited) {
  private static final int DEFAULT_PORT = 8080;
  private static final int PORT_MAX = 65_535;
  private static final String USAGE =
      "usage: stead-edge --home DIR [--run DIR] [--port N] [--https-port N] [--bind ADDRESS]";

  /// @throws IOException when flags or file cannot be used; the message says why
  static Settings read(List<String> flags, List<InheritedSockets.Inherited> inherited)
      throws IOException {
    String home = null;
    String run = null;
    String port = null;
    String httpsPort = null;
    String bind = null;
    for (int i = 0; i < flags.size(); i += 2) {
      if (i + 1 == flags.size()) {
        throw new IOException(flags.get(i) + " needs a value; " + USAGE);
      }
      String value = flags.get(i + 1);
      switch (flags.get(i)) {
        case "--home" -> home = value;
        case "--run" -> run = value;
        case "--port" -> port = value;
        case "--https-port" -> httpsPort = value;
        case "--bind" -> bind = value;
        default -> throw new IOException("unknown flag " + flags.get(i) + "; " + USAGE);
      }
    }
    if (home == null) {
      throw new IOException("--home is missing; " + USAGE);
    }
    Path path = Path.of(home).toAbsolutePath();
    SettingsFile file = SettingsFile.read(path.resolve("settings.json"));
    return new Settings(
        path,
        run == null ? path : Path.of(run).toAbsolutePath(),
        port == null ? file.httpPort().orElse(DEFAULT_PORT) : number("--port", port),
        httpsPort == null
            ? file.httpsPort().orElse(null)
            : Integer.valueOf(number("--https-port", httpsPort)),
        bind == null ? file.httpAddress().orElse(null) : bind,
        file.bounds(),
        file.proxies(),
        inherited);
  }

  private static int number(String flag, String port) throws IOException {
    try {
      int number = Integer.parseInt(port);
      if (number >= 0 && number <= PORT_MAX) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new IOException(flag + " is no number: " + port, e);
    }
    throw new IOException(flag + " must be between 0 and 65535, not " + port);
  }

  /// The addresses to listen on; the first must work, the others where the machine has them.
  ///
  /// @throws IOException when the address given is none
  List<InetSocketAddress> addresses(int firstPort) throws IOException {
    if (address == null) {
      return List.of(at("127.0.0.1", firstPort), at("::1", firstPort));
    }
    try {
      return List.of(at(address, firstPort));
    } catch (IllegalArgumentException e) {
      throw new IOException("the address to listen on must be an IP address, not " + address, e);
    }
  }

  private static InetSocketAddress at(String literal, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(literal), port);
  }

  /// Whether any listening socket is for TLS.
  boolean servesHttps() {
    return inherited.isEmpty() ? httpsPort != null : inherited.stream().anyMatch(Settings::isHttps);
  }

  /// Whether its unit says that it is for TLS.
  static boolean isHttps(InheritedSockets.Inherited socket) {
    return socket.name().equals("https");
  }

  /// The directory of the control sockets.
  Path sockets() {
    return run.resolve("edge");
  }

  Path table() {
    return home.resolve("edge").resolve("table.json");
  }

  Path certificates() {
    return home.resolve("edge").resolve("certificates.json");
  }

  AccessLogFiles accessLogs() {
    return AccessLogFiles.of(home);
  }

  /// The directory of bodies that are taken before a target is asked.
  Path uploads() {
    return home.resolve("edge").resolve("uploads");
  }
}
