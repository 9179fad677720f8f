package dev.stead.cli.local;

import dev.stead.sdk.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/// `settings.json`: what `stead up` chose for this home, read by agent and edge as they start.
///
/// @param httpPort where the edge listens
public record Settings(int httpPort) {
  public static final int HTTP_PORT = 8080;

  /// What was chosen before; empty in a home that was never started.
  public static Optional<Settings> read(Home home) throws IOException {
    return Files.exists(home.settings())
        ? Optional.of(Wire.read(Files.readAllBytes(home.settings()), Settings.class))
        : Optional.empty();
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
