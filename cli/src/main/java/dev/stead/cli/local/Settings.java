package dev.stead.cli.local;

import dev.stead.sdk.Wire;
import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/// `settings.json`: how this home's Stead is to run, read by agent and edge as they start. `stead
/// up` chooses the port; the rest is the user's to write.
///
/// @param httpPort where the edge listens
/// @param logBytesMax what the logs of all apps may take on the disk
/// @param crushPort where the agent serves crush's API
@Json(naming = Naming.LowerHyphen)
public record Settings(
    Optional<Integer> httpPort, Optional<Long> logBytesMax, Optional<Integer> crushPort) {
  public static final int HTTP_PORT = 8080;

  /// What the file says; nothing in a home that was never started.
  public static Settings read(Home home) throws IOException {
    return Files.exists(home.settings())
        ? Wire.read(Files.readAllBytes(home.settings()), Settings.class)
        : new Settings(Optional.empty(), Optional.empty(), Optional.empty());
  }

  public int port() {
    return httpPort.orElse(HTTP_PORT);
  }

  public Settings withPort(int port) {
    return new Settings(Optional.of(port), logBytesMax, crushPort);
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
