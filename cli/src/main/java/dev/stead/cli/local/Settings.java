package dev.stead.cli.local;

import dev.stead.sdk.Wire;
import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/// `settings.json`: how this home's Stead is to run, read by agent and edge as they start. `stead
/// up` chooses the ports; the rest is the user's to write, and kept.
///
/// @param httpPort where the edge listens
/// @param httpsPort where it serves TLS; nowhere unless somebody asked for it
/// @param connectionsMax how many clients' connections the edge has at once
/// @param connectionsPerAddressMax how many of them from one address
/// @param bodyRateMin bytes a second that a request's body must bring
/// @param uploadBytesMax what bodies that the edge takes before it asks an app have on the disk
/// @param logBytesMax what the logs of all apps may take on the disk
/// @param crushPort where the agent serves crush's API
/// @param metricsPort where it serves Prometheus
@Json(naming = Naming.LowerHyphen)
public record Settings(
    Optional<Integer> httpPort,
    Optional<Integer> httpsPort,
    Optional<Integer> connectionsMax,
    Optional<Integer> connectionsPerAddressMax,
    Optional<Long> bodyRateMin,
    Optional<Long> uploadBytesMax,
    Optional<Long> logBytesMax,
    Optional<Integer> crushPort,
    Optional<Integer> metricsPort) {
  public static final int HTTP_PORT = 8080;

  /// What the file says; nothing in a home that was never started.
  public static Settings read(Home home) throws IOException {
    return Files.exists(home.settings())
        ? Wire.read(Files.readAllBytes(home.settings()), Settings.class)
        : Wire.read("{}".getBytes(StandardCharsets.UTF_8), Settings.class);
  }

  public int port() {
    return httpPort.orElse(HTTP_PORT);
  }

  /// The same with these ports.
  public Settings with(int port, Optional<Integer> tlsPort) {
    return new Settings(
        Optional.of(port),
        tlsPort,
        connectionsMax,
        connectionsPerAddressMax,
        bodyRateMin,
        uploadBytesMax,
        logBytesMax,
        crushPort,
        metricsPort);
  }

  public void write(Home home) throws IOException {
    Files.createDirectories(home.path());
    var temporary = home.path().resolve("settings.json.new");
    Files.write(temporary, Wire.write(this));
    Files.move(
        temporary,
        home.settings(),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }
}
