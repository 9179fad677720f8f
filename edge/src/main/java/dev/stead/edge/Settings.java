package dev.stead.edge;

import dev.stead.edge.http.Bounds;
import dev.stead.edge.systemd.InheritedSockets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

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
    List<InheritedSockets.Inherited> inherited) {
  private static final int DEFAULT_PORT = 8080;
  private static final int PORT_MAX = 65_535;
  private static final String USAGE =
      "usage: stead-edge --home DIR [--run DIR] [--port N] [--https-port N] [--bind ADDRESS]";

  /// @throws IOException when flags or file cannot be used; the message says why
  static Settings read(
      List<String> flags, List<InheritedSockets.Inherited> inherited, JsonMapper json)
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
    JsonNode file = file(path.resolve("settings.json"), json);
    return new Settings(
        path,
        run == null ? path : Path.of(run).toAbsolutePath(),
        port == null ? file.path("http-port").asInt(DEFAULT_PORT) : number("--port", port),
        httpsPort == null ? httpsPort(file) : Integer.valueOf(number("--https-port", httpsPort)),
        bind == null ? file.path("http-address").asString(null) : bind,
        bounds(file),
        inherited);
  }

  private static @Nullable Integer httpsPort(JsonNode file) {
    return file.has("https-port") ? Integer.valueOf(file.path("https-port").asInt()) : null;
  }

  private static Bounds bounds(JsonNode file) throws IOException {
    try {
      return new Bounds(
          file.path("connections-max").asInt(Bounds.DEFAULTS.connectionsMax()),
          file.path("connections-per-address-max")
              .asInt(Bounds.DEFAULTS.connectionsPerAddressMax()),
          file.path("body-rate-min").asLong(Bounds.DEFAULTS.bodyRateMin()));
    } catch (IllegalArgumentException e) {
      throw new IOException("settings.json: " + e.getMessage(), e);
    }
  }

  private static JsonNode file(Path path, JsonMapper json) throws IOException {
    try {
      return json.readTree(Files.readAllBytes(path));
    } catch (NoSuchFileException e) {
      return json.createObjectNode();
    } catch (JacksonException e) {
      throw new IOException("cannot read %s: %s".formatted(path, e.getOriginalMessage()), e);
    }
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
}
