package dev.stead.edge;

import dev.stead.edge.http.Bounds;
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
/// @param run where its control socket is
/// @param inherited sockets that listen already; where there are any, no others are opened
/// @param address null for the loopback addresses of this machine
record Settings(
    Path home,
    Path run,
    int port,
    @Nullable String address,
    Bounds bounds,
    List<Integer> inherited) {
  private static final int DEFAULT_PORT = 8080;
  private static final int PORT_MAX = 65_535;
  private static final String USAGE =
      "usage: stead-edge --home DIR [--run DIR] [--port N] [--bind ADDRESS]";

  /// @throws IOException when flags or file cannot be used; the message says why
  static Settings read(List<String> flags, List<Integer> inherited, JsonMapper json)
      throws IOException {
    String home = null;
    String run = null;
    String port = null;
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
        port == null ? file.path("http-port").asInt(DEFAULT_PORT) : number(port),
        bind == null ? file.path("http-address").asString(null) : bind,
        bounds(file),
        inherited);
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

  private static int number(String port) throws IOException {
    try {
      int number = Integer.parseInt(port);
      if (number >= 0 && number <= PORT_MAX) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new IOException("--port is no number: " + port, e);
    }
    throw new IOException("--port must be between 0 and 65535, not " + port);
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
