package dev.stead.agent;

import dev.stead.sdk.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// What `settings.json` says, written by `stead up` and read once as the agent starts.
///
/// @param httpPort where users reach the edge; part of the URLs that are shown
record Settings(int httpPort) {
  static final Settings DEFAULTS = new Settings(8080);

  private static final int PORT_MAX = 65_535;

  Settings {
    if (httpPort < 0 || httpPort > PORT_MAX) {
      throw new IllegalArgumentException(
          "http-port must be 0 … %d, not %d".formatted(PORT_MAX, httpPort));
    }
  }

  /// Reads the file; the defaults where there is none.
  ///
  /// @throws IllegalArgumentException when it cannot be used; the message names the file
  static Settings read(Path file) throws IOException {
    try {
      return Wire.read(Files.readAllBytes(file), Settings.class);
    } catch (NoSuchFileException e) {
      return DEFAULTS;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("%s: %s".formatted(file, e.getMessage()), e);
    }
  }
}
